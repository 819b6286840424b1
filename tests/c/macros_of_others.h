/* Macros that other headers are known for; whoever includes palabra.h behind them must not notice. */
/* Qt */
#define signals public
#define slots
#define emit
#define foreach(variable, container) for (variable : container)
#define forever for (;;)
#define Q_OBJECT
/* X11 */
#define None 0L
#define Bool int
#define True 1
#define False 0
#define Status int
#define Always 2
#define Success 0
#define Complex 0
#define Unsorted 0
#define CursorShape 0
#define KeyPress 2
#define FocusIn 9
/* windows.h */
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define ERROR 0
#define near
#define far
#define small char
#define interface struct
#define IN
#define OUT
#define OPTIONAL
#define DELETE 0x00010000L
#define NO_ERROR 0L
#define CALLBACK
#define GetMessage GetMessageA
#define SendMessage SendMessageA
/* Unreal */
#define check(condition) ((void)(condition))
#define verify(condition) ((void)(condition))
#define TEXT(quote) L##quote
#define PI 3.14159f
/* Others: Arduino, termios.h, syslog.h, sys/sysmacros.h, CoreFoundation */
#define ECHO 8
#define B0 0
#define LOG_INFO 6
#define LOG_DEBUG 7
#define LOG_ERR 3
#define major(device) ((device) >> 8)
#define minor(device) ((device) & 255)
#define linux 1
#define unix 1
#define DEBUG 1
#define EVENT 1
