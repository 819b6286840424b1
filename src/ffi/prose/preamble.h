#include <stdint.h>

#define PALABRA_VERSION_MAJOR {major}
#define PALABRA_VERSION_MINOR {minor}
#define PALABRA_VERSION_PATCH {patch}
#define PALABRA_VERSION_STRING "{version}"

/* Define PALABRA_SHARED when linking to the DLL on Windows. */
#if defined(_WIN32) && defined(PALABRA_SHARED)
#define PALABRA_API __declspec(dllimport)
#elif defined(__GNUC__)
#define PALABRA_API __attribute__((visibility("default")))
#else
#define PALABRA_API
#endif

/* Calling convention of all functions and callbacks. */
#if defined(_WIN32) && !defined(_WIN64)
#define PALABRA_CALL __cdecl
#else
#define PALABRA_CALL
#endif

/* Enumerations have 32 bits in every language and compiler. */
#if (defined(__cplusplus) && (__cplusplus >= 201103L || (defined(_MSC_VER) && _MSC_VER >= 1900))) || \
    (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L)
#define PALABRA_INT32_ENUM : int32_t
#else
#define PALABRA_INT32_ENUM
#endif
#define PALABRA_ASSERT_INT32(type) typedef char type##_has_32_bits[sizeof(type) == 4 ? 1 : -1]

/* What the PALABRA_..._INIT macros are made of. */
#ifdef __cplusplus
extern "C++" {{
template <typename palabra_struct>
inline palabra_struct palabra_initialized()
{{
    palabra_struct value = palabra_struct();
    value.struct_size = uint32_t{{sizeof(palabra_struct)}};
    return value;
}}
}}
#define PALABRA_STRUCT_INIT(type) (palabra_initialized<type>())
#else
#define PALABRA_STRUCT_INIT(type) {{ .struct_size = (uint32_t)sizeof(type) }}
#endif

{handles}
