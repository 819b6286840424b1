# What hide.cmake does for ELF, for mingw: no global names of the library's code but palabra_*. Included by stage.cmake. The
# members that import functions of Windows stay as they are: a linker takes each of them from one library alone.
#   archive: the library, which is replaced; nm, ld, objcopy, ar: tools of the target
set(work ${archive}.parts)
file(REMOVE_RECURSE ${work})
file(MAKE_DIRECTORY ${work})

# A tool complains of members with bitcode, if it has a plug-in of another LLVM, and works nevertheless.
function(run)
    execute_process(COMMAND ${ARGV} WORKING_DIRECTORY ${work} RESULT_VARIABLE result ERROR_VARIABLE said)
    if(result)
        message(FATAL_ERROR "${ARGV}: ${said}")
    endif()
endfunction()

execute_process(COMMAND ${ar} t ${archive} OUTPUT_VARIABLE members ERROR_QUIET)
string(REGEX MATCHALL "[^\r\n]+" members "${members}")
# dlltool makes a head, an end, and one for each function of a DLL. Its names end so; those of compilers do not.
list(FILTER members EXCLUDE REGEX "\\.(dll|exe|sys|drv)([ht]|s[0-9]+)\\.o$")
# compiler_builtins is left out: libgcc, which a program has anyway, has the same functions.
set(code ${members})
list(FILTER code EXCLUDE REGEX "compiler_builtins")
list(FILTER code INCLUDE REGEX "\\.o$")
list(LENGTH code all)
list(REMOVE_DUPLICATES code)
list(LENGTH code different)
if(NOT all EQUAL different)
    message(FATAL_ERROR "${archive} has members of the same name, of which ar gives one")
endif()
run(${ar} x ${archive} ${code})
set(rust ${code})
list(FILTER rust INCLUDE REGEX "^palabra\\.")
list(FILTER code EXCLUDE REGEX "^palabra\\.")
if(NOT rust)
    message(FATAL_ERROR "${ar} finds no code in ${archive}")
endif()
# ld looks this name up to make a program's table of thread-local storage, which an object does not have yet.
run(${objcopy} --redefine-sym _tls_used=later_tls_used ${rust} rust.o)
run(${ld} -r --no-insert-timestamp -o all.o rust.o ${code})
run(${objcopy} --wildcard "--keep-global-symbol=palabra_*" all.o hidden.o)
# Pointers that a linker would merge by their names with those of another library, and these names are hidden.
run(${objcopy} --strip-debug --wildcard "--set-section-flags=.rdata$.refptr.*=alloc,load,readonly,data,contents"
    --redefine-sym later_tls_used=_tls_used hidden.o palabra.o)
run(${ar} dD ${archive} ${members})
run(${ar} rsD ${archive} palabra.o)
file(REMOVE_RECURSE ${work})
