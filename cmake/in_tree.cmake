# palabra::shared, palabra::static and palabra::palabra of this tree, under the names of the installed package: for
# add_subdirectory, FetchContent and the bridges. What links them waits until cargo has built them.
foreach(kind IN ITEMS shared static)
    string(TOUPPER ${kind} upper)
    add_library(palabra_${kind} ${upper} IMPORTED GLOBAL)
    add_dependencies(palabra_${kind} palabra_library)
    set_target_properties(palabra_${kind} PROPERTIES IMPORTED_LOCATION ${stage}/${${kind}}
        INTERFACE_INCLUDE_DIRECTORIES "${PROJECT_SOURCE_DIR}/include;${PROJECT_SOURCE_DIR}/bindings/cpp")
    add_library(palabra::${kind} ALIAS palabra_${kind})
endforeach()
if(WIN32)
    set_target_properties(palabra_shared PROPERTIES IMPORTED_IMPLIB ${stage}/${import}
        INTERFACE_COMPILE_DEFINITIONS PALABRA_SHARED)
else()
    set_target_properties(palabra_shared PROPERTIES IMPORTED_SONAME "${soname}")
endif()
set_target_properties(palabra_static PROPERTIES IMPORTED_LINK_INTERFACE_LANGUAGES C)
# Cargo names the system's libraries when it builds, which is too late here.
if(UNIX AND NOT APPLE)
    find_package(Threads REQUIRED)
    set_target_properties(palabra_static PROPERTIES INTERFACE_LINK_LIBRARIES "Threads::Threads;m;${CMAKE_DL_LIBS}")
endif()
add_library(palabra::palabra ALIAS palabra_shared)
