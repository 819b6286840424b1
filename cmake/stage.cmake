# Copies cargo's output to the names that are installed. Run by the palabra_library target.
file(MAKE_DIRECTORY ${stage})
foreach(kind IN ITEMS shared import static)
    if(built_${kind})
        configure_file(${cargo_out}/${built_${kind}} ${stage}/${${kind}} COPYONLY)
    endif()
endforeach()
if(hide_script)
    set(archive ${stage}/${static})
    include(${CMAKE_CURRENT_LIST_DIR}/${hide_script})
endif()
foreach(link IN LISTS links)
    file(CREATE_LINK ${shared} ${stage}/${link} SYMBOLIC)
endforeach()

# The libraries that a program with the static library must link too, as rustc prints them.
file(STRINGS ${native_libs} native)
# A framework is two words that belong together.
string(REGEX MATCHALL "-framework +[^ \t;]+|[^ \t;]+" native "${native}")
list(REMOVE_DUPLICATES native)
# Compilers add their own, static or shared.
list(REMOVE_ITEM native -lgcc_s -lc)
list(JOIN native " " native_flags)

configure_file(${CMAKE_CURRENT_LIST_DIR}/palabra.pc.in ${stage}/palabra.pc @ONLY)
configure_file(${CMAKE_CURRENT_LIST_DIR}/palabraTargets.cmake.in ${stage}/palabraTargets.cmake @ONLY)
