/* Macros that other headers are known for; palabra.h must work when it is included after them. */
/* Qt */
#define signals public
#define slots
#define emit
#define foreach(variable, container) for (variable : container)
#define forever for (;;)
#define Q_OBJECT
#define Q_UNUSED(name) (void)(name)
#define Q_SIGNALS public
#define Q_ENUM(name)
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
#define FocusOut 10
#define Expose 12
#define Above 0
#define Below 1
#define Absolute 1
#define Yes 1
#define No 0
#define Font unsigned long
#define Cursor unsigned long
#define Window unsigned long
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
#define TRUE 1
#define FALSE 0
#define CONST const
#define VOID void
#define STRICT 1
#define IGNORE 0
#define INFINITE 0xFFFFFFFF
#define UNKNOWN 0
#define hyper __int64
#define cdecl
#define pascal
#define environ (*_environ())
#define CreateEvent CreateEventA
#define PlaySound PlaySoundA
#define SetPort SetPortA
#define AUDIO 3
#define STATUS_TIMEOUT 0x102L
#define NOERROR 0
/* Unreal */
#define check(condition) ((void)(condition))
#define verify(condition) ((void)(condition))
#define TEXT(quote) L##quote
#define PI 3.14159f
#define ensure(condition) (condition)
#define checkf(condition, format) ((void)(condition))
#define INDEX_NONE (-1)
#define FORCEINLINE inline
#define LOCTEXT(key, text) L##text
#define UE_LOG(category, verbosity, format)
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
#define I _Complex_I
#define F(text) text
#define bit(n) (1ul << (n))
#define round(x) ((long)(x))
#define INPUT 0
#define OUTPUT 1
#define DEFAULT 1
#define OK 0
#define ERR (-1)
#ifndef __cplusplus /* curses breaks std::move and clear() in every C++ header: such programs define NCURSES_NOMACROS */
#define move(y, x) 0
#define clear() 0
#define erase() 0
#define timeout(delay) 0
#endif
#define YES 1
#define NO 0
#define nil 0
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define INFO 1
#define WARNING 2
#define NONE 0
