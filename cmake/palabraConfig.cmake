# find_package(palabra CONFIG) defines palabra::shared, palabra::static, and palabra::palabra as the one that exists.
include("${CMAKE_CURRENT_LIST_DIR}/palabraTargets.cmake")
if(NOT TARGET palabra::palabra)
    set(palabra_FOUND FALSE)
    set(palabra_NOT_FOUND_MESSAGE "neither the shared nor the static library is in ${_palabra_prefix}")
endif()
unset(_palabra_prefix)
