# Makes one object of a static library, with no global names but palabra_*: a program can link it beside other libraries
# that were written in Rust, and links what it uses of it. Included by stage.cmake, for ELF.
#   archive: the library, which is replaced; nm, ld, objcopy, ar: tools of the target
set(work ${archive}.parts)
file(REMOVE_RECURSE ${work})
file(MAKE_DIRECTORY ${work})

function(run)
    execute_process(COMMAND ${ARGV} RESULT_VARIABLE result ERROR_VARIABLE said)
    if(result)
        message(FATAL_ERROR "${ARGV}: ${said}")
    endif()
endfunction()

execute_process(COMMAND ${nm} -g --defined-only ${archive} OUTPUT_VARIABLE names ERROR_QUIET)
string(REGEX MATCHALL "palabra_[a-z0-9_]+" names "${names}")
list(REMOVE_DUPLICATES names)
if(NOT names)
    message(FATAL_ERROR "${nm} finds no name in ${archive}")
endif()
list(TRANSFORM names PREPEND "--undefined=")
# Groups must not merge with those of another library. What ld leaves of sections that it has collected becomes an undefined
# name otherwise; and some tools stop at LLVM's own sections.
run(${ld} -r --gc-sections --force-group-allocation ${names} -o ${work}/all.o ${archive})
run(${objcopy} --strip-unneeded -R .llvmbc -R .llvmcmd ${work}/all.o)
run(${objcopy} --wildcard "--keep-global-symbol=palabra_*" ${work}/all.o ${work}/palabra.o)
file(REMOVE ${archive})
run(${ar} rcsD ${archive} ${work}/palabra.o)
file(REMOVE_RECURSE ${work})
