# Programs and plugins that use the library as any other program does. Included by the top CMakeLists.txt.

if(CMAKE_SYSTEM_NAME STREQUAL Linux)
    add_subdirectory(bridges/audiosocket)
else()
    message(STATUS "palabra: no bridge for AudioSocket, it needs Linux")
endif()

find_package(PkgConfig)
if(PkgConfig_FOUND)
    pkg_check_modules(PALABRA_GSTREAMER QUIET gstreamer-1.0>=1.18 gstreamer-audio-1.0)
    # That of baresip 1.0.
    pkg_check_modules(PALABRA_RE QUIET libre>=1.1 libre<2)
endif()
if(PALABRA_GSTREAMER_FOUND)
    add_subdirectory(bridges/gstreamer)
else()
    message(STATUS "palabra: no plugin for GStreamer, its headers (1.18 or later) are not installed")
endif()
if(PALABRA_RE_FOUND)
    add_subdirectory(bridges/sip)
else()
    message(STATUS "palabra: no module for baresip, the headers of libre 1.1 are not installed")
endif()
