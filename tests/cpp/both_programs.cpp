// Both programs in one unit, for compilers that only check them: most of the time goes into reading the headers.
int talk_main();
#define main talk_main
#include "talk.cpp"
#undef main
#include "account.cpp"
