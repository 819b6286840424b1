# The ctest cases. Everything runs against an installed prefix, as a user's program would.
#
# The name of a source in tests/c says how it runs:
#   api_*    without a server          life_*   the process around the library: fork, dlopen, signals
#   int_*    with a devserver          rt_*     what the audio calls may not do
#   user_*   as int_*, written by someone who had only the header
#   prove_*  the slower tier, label `prove`: takes long or measures time; runs alone; `make prove` runs
#            these, `make test` does not
# A line `devserver: ARG...` near the top of a source asks for a devserver, with these arguments; files under certs/
# are made by support/make_certs.sh.
# Every program finds the paths PALABRA_LIBRARY (installed shared library) and PALABRA_WAV (some seconds of speech)
# in its environment, and with a devserver also PALABRA_API_URL, PALABRA_WS_URL, PALABRA_TTS_URL, PALABRA_CLIENT_ID and _SECRET.

set(tests_dir ${PROJECT_SOURCE_DIR}/tests/c)
set(support_dir ${tests_dir}/support)
set(abi_dir ${PROJECT_SOURCE_DIR}/tests/abi)
set(prefix ${PROJECT_BINARY_DIR}/prefix)
set(consumer ${PROJECT_BINARY_DIR}/consumer)
set(outputs ${PROJECT_BINARY_DIR}/outputs)
set(speech ${outputs}/speech.wav)
set(telephone_speech ${outputs}/speech.ul)
set(installed_library ${prefix}/${shared_dir}/${shared})
file(MAKE_DIRECTORY ${outputs})

# Timeout of a case in seconds: many times what the slowest case needs on an idle machine, because no case may fail on a
# slow machine. Limits in ms are checked by the cases with the label `prove`.
set(patience 900)

# palabra_case(NAME FIXTURES COMMAND...): FIXTURES lists the fixtures that must be set up first.
function(palabra_case name fixtures)
    add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${outputs})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${patience} FIXTURES_REQUIRED "${fixtures}"
        ENVIRONMENT "PALABRA_LIBRARY=${installed_library};PALABRA_WAV=${speech}")
endfunction()

function(palabra_setup name fixture)
    add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${patience} FIXTURES_SETUP ${fixture})
endfunction()

# --- Fixtures ---------------------------------------------------------------------------------------------------
palabra_setup(setup_install prefix
    ${CMAKE_COMMAND} --install ${PROJECT_BINARY_DIR} --config $<CONFIG> --prefix ${prefix})
# -O1 finds what warnings need to know of the flow, in half the time of -O2 -g.
palabra_setup(setup_configure consumer
    ${CMAKE_COMMAND} -S ${tests_dir} -B ${consumer} -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_BUILD_TYPE=
        "-DCMAKE_C_FLAGS=-O1 $ENV{CFLAGS}" "-DCMAKE_CXX_FLAGS=-O1 $ENV{CXXFLAGS}"
        -DCMAKE_RUNTIME_OUTPUT_DIRECTORY=${consumer}/$<0:>)
palabra_setup(setup_build consumer ${CMAKE_COMMAND} --build ${consumer} --config RelWithDebInfo --parallel 2)
palabra_setup(setup_speech speech
    ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tools/recording.py --sentences 2 ${speech})
palabra_setup(setup_telephone speech ${Python3_EXECUTABLE} ${support_dir}/telephone.py ${speech} ${telephone_speech})
set_tests_properties(setup_telephone PROPERTIES DEPENDS setup_speech)
palabra_setup(setup_certs certs ${support_dir}/make_certs.sh ${outputs}/certs)
set_tests_properties(setup_configure PROPERTIES FIXTURES_REQUIRED prefix)
set_tests_properties(setup_build PROPERTIES DEPENDS setup_configure)
set(devserver ${PALABRA_DEVSERVER})
if(NOT devserver)
    set(devserver ${target_dir}/debug/palabra-devserver)
    palabra_setup(setup_devserver devserver
        ${CARGO} build --locked -p palabra-devserver --bin palabra-devserver --target-dir ${target_dir})
endif()

# Runs a command with a fresh devserver: palabra_server_case(NAME DEVSERVER_ARGS COMMAND...)
function(palabra_server_case name devserver_args)
    set(extra "")
    foreach(arg IN LISTS devserver_args)
        list(APPEND extra --devserver-arg=${arg})
    endforeach()
    set(fixtures prefix consumer speech devserver)
    if("${devserver_args}" MATCHES "certs/")
        list(APPEND fixtures certs)
    endif()
    # The wrapper's timeout is shorter than that of ctest, so that the wrapper ends the devserver.
    math(EXPR inner "${patience} - 30")
    palabra_case(${name} "${fixtures}" ${Python3_EXECUTABLE}
        ${support_dir}/with_devserver.py --devserver ${devserver} --timeout ${inner} ${extra} -- ${ARGN})
endfunction()

# --- The header and the exported names --------------------------------------------------------------------------
set(include_dir ${prefix}/${CMAKE_INSTALL_INCLUDEDIR})
set(strict -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I${include_dir})
find_program(PALABRA_CLANG NAMES clang)
find_program(PALABRA_CLANGXX NAMES clang++)
find_program(PALABRA_CXX NAMES $ENV{CXX} c++ g++ clang++)
# clang compiles for these targets without their C libraries.
set(machines x86_64-w64-mingw32 i686-w64-mingw32 x86_64-pc-windows-msvc i386-linux-gnu armv7-linux-gnueabihf
    aarch64-linux-gnu aarch64-apple-darwin aarch64-linux-android riscv64-linux-gnu wasm32-unknown-unknown)
list(TRANSFORM machines PREPEND --target=--target=)
# Passes without running while its inputs are the same: palabra_compiled_case(NAME INPUTS COMMAND...)
function(palabra_compiled_case name inputs)
    palabra_case(${name} prefix ${Python3_EXECUTABLE} ${support_dir}/once.py --stamp ${outputs}/passed/${name}
        --input ${inputs} -- ${ARGN})
endfunction()
# One case per compiler, for all of its standards: palabra_header_case(NAME COMPILER LANGUAGE [MACHINE_OPTION]...)
set(single ${PROJECT_SOURCE_DIR}/include/single)
function(palabra_header_case name compiler language)
    set(inputs ${include_dir} ${single} ${tests_dir}/header ${abi_dir}/layout.c ${support_dir}/macros_of_others.h
        ${PROJECT_SOURCE_DIR}/api/palabra.json)
    palabra_compiled_case(header_${name} "${inputs}" ${Python3_EXECUTABLE} ${tests_dir}/header/headers.py
        --compiler ${compiler} --language ${language} --include ${include_dir} --single ${single} ${ARGN})
endfunction()
if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)
    set(narrow --target=-m32)
endif()
palabra_header_case(c ${CMAKE_C_COMPILER} c ${narrow})
palabra_header_case(cpp ${PALABRA_CXX} c++ ${narrow})
if(PALABRA_CLANG AND PALABRA_CLANGXX)
    palabra_header_case(clang ${PALABRA_CLANG} c ${machines})
    palabra_header_case(clang++ ${PALABRA_CLANGXX} c++ ${machines})
else()
    message(STATUS "No clang: the header is not compiled by it, nor for other machines")
endif()
find_program(PALABRA_MINGW_GCC NAMES x86_64-w64-mingw32-gcc)
find_program(PALABRA_MINGW_GXX NAMES x86_64-w64-mingw32-g++)
foreach(pair IN ITEMS "c;${PALABRA_MINGW_GCC}" "c++;${PALABRA_MINGW_GXX}")
    list(GET pair 0 language)
    list(GET pair 1 compiler)
    if(compiler)
        palabra_header_case(mingw_${language} ${compiler} ${language})
    else()
        message(STATUS "No mingw for ${language}: the header is not compiled by it")
    endif()
endforeach()
palabra_case(header_run_c "prefix;consumer" ${consumer}/header_c)
palabra_case(header_run_cpp "prefix;consumer" ${consumer}/header_cpp)
if(NOT APPLE)
    palabra_case(abi_symbols prefix ${Python3_EXECUTABLE} ${abi_dir}/abi_symbols.py
        --library ${installed_library} --include ${include_dir} --soname ${soname})
    palabra_case(abi_elsewhere "" ${Python3_EXECUTABLE} ${abi_dir}/test_elsewhere.py --compiler ${CMAKE_C_COMPILER})
endif()

palabra_case(abi_layout prefix ${CMAKE_C_COMPILER} -std=c99 ${strict} ${abi_dir}/layout.c)
palabra_case(abi_layout_cpp prefix ${PALABRA_CXX} -x c++ -std=c++11 ${strict} ${abi_dir}/layout.c)
# 32-bit targets that need no C library.
palabra_case(abi_layout_32 prefix ${CMAKE_C_COMPILER} -std=c99 -m32 -ffreestanding ${strict} ${abi_dir}/layout.c)
palabra_case(abi_names "" ${Python3_EXECUTABLE} ${abi_dir}/check_symbols.py)
palabra_case(abi_baseline "" ${Python3_EXECUTABLE} ${abi_dir}/test_baseline.py)
palabra_case(abi_release "" ${Python3_EXECUTABLE} ${abi_dir}/test_release.py)
palabra_case(abi_quoted "" ${Python3_EXECUTABLE} ${abi_dir}/test_quoted.py)
palabra_case(abi_csharp_texts "" ${Python3_EXECUTABLE} ${abi_dir}/test_csharp_texts.py)
# The compiler that cargo runs.
find_program(PALABRA_RUSTC rustc HINTS "$ENV{CARGO_HOME}/bin" "$ENV{HOME}/.cargo/bin")
if(PALABRA_RUSTC AND hide_script)
    palabra_case(abi_static_library prefix ${Python3_EXECUTABLE} ${abi_dir}/static_library.py --compiler ${CMAKE_C_COMPILER}
        --rustc ${PALABRA_RUSTC} --prefix ${prefix} --output ${outputs}/static_library)
endif()
# Projects that build the library with themselves: add_subdirectory, and FetchContent, which does the same.
palabra_case(cmake_in_tree "" ${Python3_EXECUTABLE} ${abi_dir}/in_tree.py --cmake ${CMAKE_COMMAND} --source ${PROJECT_SOURCE_DIR}
    --target-dir ${target_dir} --output ${outputs}/in_tree)
# Compares the ABI that a compiler makes of the header; skipped, with the reason, without abigail-tools.
palabra_case(abi_dumped "" ${Python3_EXECUTABLE} ${abi_dir}/test_dumped.py --compiler ${CMAKE_C_COMPILER})
set_tests_properties(abi_dumped PROPERTIES SKIP_RETURN_CODE 77)
# Programs and libraries of different versions: the newer one has one more field at the end of every sized struct.
palabra_server_case(abi_newer_program "--fault;stt_any_pace" ${Python3_EXECUTABLE} ${abi_dir}/newer_program.py
    --compiler ${CMAKE_C_COMPILER} --header ${PROJECT_SOURCE_DIR}/include/single/palabra.h
    --libdir ${prefix}/${CMAKE_INSTALL_LIBDIR} --output ${outputs}/newer --support ${support_dir}
    ${tests_dir}/integration/int_session.c ${abi_dir}/newer_fields.c ${tests_dir}/integration/int_tts.c
    ${tests_dir}/integration/int_stt.c)
# Building the newer library takes about a minute of processor time.
set(older_programs header_c header_cpp api_playout api_wav int_session int_tts int_stt int_stats int_files)
list(TRANSFORM older_programs PREPEND ${consumer}/)
palabra_server_case(prove_older_program "--fault;stt_any_pace" ${Python3_EXECUTABLE} ${abi_dir}/older_program.py --cargo ${CARGO}
    --target-dir ${target_dir} --output ${outputs}/older ${older_programs})
set_tests_properties(prove_older_program PROPERTIES RUN_SERIAL TRUE LABELS prove)

# --- Programs in tests/c ----------------------------------------------------------------------------------------
file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${tests_dir}/*.c)
list(FILTER sources INCLUDE REGEX "/(api|int|life|rt|user|prove)_[^/]*$")
if(NOT CMAKE_SYSTEM_NAME STREQUAL Linux)
    list(FILTER sources EXCLUDE REGEX "user_epoll")
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${sources})
foreach(source IN LISTS sources)
    get_filename_component(name ${source} NAME_WE)
    file(STRINGS ${source} asked LIMIT_INPUT 1000 LIMIT_COUNT 1 REGEX "devserver:")
    string(REGEX REPLACE "^.*devserver:|\\*/.*$" "" devserver_args "${asked}")
    separate_arguments(devserver_args UNIX_COMMAND "${devserver_args}")
    set(patience 900)
    if(name MATCHES "^prove_")
        set(patience 7200) # PALABRA_PROVE_SECONDS shortens them
    endif()
    if(asked OR name MATCHES "^(int|user)_")
        palabra_server_case(${name} "${devserver_args}" ${consumer}/${name})
    else()
        palabra_case(${name} "prefix;consumer;speech" ${consumer}/${name})
    endif()
    if(name MATCHES "^prove_")
        set_tests_properties(${name} PROPERTIES RUN_SERIAL TRUE LABELS prove)
    endif()
    # The slower tier applies the limits in ms exactly.
    file(STRINGS ${source} clock LIMIT_COUNT 1 REGEX "clock_limit_ms")
    if(clock)
        set(on_time ${CMAKE_COMMAND} -E env PALABRA_PROVE_CLOCK=1 ${consumer}/${name})
        if(asked OR name MATCHES "^(int|user)_")
            palabra_server_case(prove_${name} "${devserver_args}" ${on_time})
        else()
            palabra_case(prove_${name} "prefix;consumer;speech" ${on_time})
        endif()
        set_tests_properties(prove_${name} PROPERTIES RUN_SERIAL TRUE LABELS prove)
    endif()
endforeach()
# The same conversations on two shards.
foreach(source IN LISTS sources)
    get_filename_component(name ${source} NAME_WE)
    file(STRINGS ${source} asked LIMIT_INPUT 1000 LIMIT_COUNT 1 REGEX "devserver:")
    file(STRINGS ${source} talks LIMIT_COUNT 1 REGEX "#include \"(talk|direct|fork_talking)\\.h\"")
    if(name MATCHES "^(int_|life_fork_talking|life_exit_running)" AND talks AND NOT name MATCHES "^int_(shards|queue)$") # which count threads
        string(REGEX REPLACE "^.*devserver:|\\*/.*$" "" devserver_args "${asked}")
        separate_arguments(devserver_args UNIX_COMMAND "${devserver_args}")
        palabra_server_case(prove_shards_${name} "${devserver_args}"
            ${CMAKE_COMMAND} -E env PALABRA_TEST_SHARDS=2 ${consumer}/${name})
        set_tests_properties(prove_shards_${name} PROPERTIES RUN_SERIAL TRUE LABELS prove)
    endif()
endforeach()
set(patience 900)
# The longest one begins first, also where ctest has not measured it yet.
set_tests_properties(int_close_table PROPERTIES COST 60)

find_program(VALGRIND valgrind)
# What one exchange of 20 ms executes at most, whatever else happens: a third of it more than was counted.
if(VALGRIND)
    foreach(limit IN ITEMS "8000;490000" "48000;1090000")
        list(GET limit 0 rate)
        list(GET limit 1 most)
        palabra_server_case(valgrind_call_cost_${rate} --no-rate-limits ${Python3_EXECUTABLE} ${support_dir}/instructions.py
            --valgrind ${VALGRIND} --function palabra_leg_exchange --most ${most} -- ${consumer}/rt_call_cost ${rate})
    endforeach()
endif()
# --- The C++ binding --------------------------------------------------------------------------------------------
set(with -DPALABRA_CPP_EXCEPTIONS)
set(without -fno-exceptions -fno-rtti)
set(cpp_tests ${PROJECT_SOURCE_DIR}/tests/cpp)
set(cpp_compilers ${PALABRA_CXX})
if(PALABRA_CLANGXX)
    list(APPEND cpp_compilers ${PALABRA_CLANGXX})
endif()
foreach(compiler IN LISTS cpp_compilers)
    get_filename_component(compiler_name ${compiler} NAME)
    set(standards c++17 c++20)
    # The programs themselves are built by this compiler as C++17, with the same warnings.
    if(compiler STREQUAL PALABRA_CXX)
        set(standards c++20)
    endif()
    foreach(standard IN LISTS standards)
        foreach(exceptions IN ITEMS with without)
            palabra_compiled_case(cpp_header_${compiler_name}_${standard}_${exceptions} "${include_dir};${cpp_tests}"
                ${compiler} -x c++ -std=${standard} ${strict} -Wshadow -Wconversion ${${exceptions}}
                ${cpp_tests}/both_programs.cpp ${cpp_tests}/behind_macros.cpp)
        endforeach()
    endforeach()
    # As one folder among those of a program, where every warning counts.
    set(all_gcc ${strict} -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wuseless-cast -Wcast-qual -Wformat=2
        -Wnull-dereference -Woverloaded-virtual -Wnon-virtual-dtor -Wdouble-promotion)
    set(all_clang -Weverything -Wno-c++98-compat -Wno-c++98-compat-pedantic -Wno-padded -Werror -fsyntax-only -I${include_dir})
    set(all ${all_gcc})
    if(compiler_name MATCHES clang)
        set(all ${all_clang})
    endif()
    palabra_compiled_case(cpp_header_${compiler_name}_all_warnings "${include_dir};${cpp_tests}"
        ${compiler} -x c++ -std=c++20 ${all} ${cpp_tests}/second_unit.cpp)
endforeach()
palabra_case(cpp_header_before_17 prefix ${PALABRA_CXX} -std=c++14 -fsyntax-only -I${include_dir} ${cpp_tests}/only_the_header.cpp)
set_tests_properties(cpp_header_before_17 PROPERTIES PASS_REGULAR_EXPRESSION "requires C\\+\\+17"
    FAIL_REGULAR_EXPRESSION "error:.*error: [^#]")
palabra_server_case(cpp_coroutines --no-rate-limits ${consumer}/cpp_coroutines)
foreach(kind IN ITEMS "" _plain)
    palabra_server_case(cpp_talk${kind} --no-rate-limits ${consumer}/cpp_talk${kind})
    palabra_server_case(cpp_account${kind} "" ${consumer}/cpp_account${kind} ${outputs}/cpp_account${kind})
endforeach()
if(VALGRIND)
    set(memcheck ${VALGRIND} --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite)
    palabra_server_case(valgrind_cpp_talk --no-rate-limits ${memcheck} ${consumer}/cpp_talk)
    palabra_server_case(valgrind_cpp_account "" ${memcheck} ${consumer}/cpp_account ${outputs}/valgrind_cpp_account)
endif()

palabra_server_case(godot_extension --no-rate-limits ${consumer}/godot_engine ${consumer}/palabra_godot.so ${speech})
if(VALGRIND)
    palabra_server_case(valgrind_godot_extension --no-rate-limits ${memcheck} ${consumer}/godot_engine ${consumer}/palabra_godot.so ${speech})
    set_tests_properties(valgrind_godot_extension PROPERTIES LABELS prove)
endif()

# --- Examples ---------------------------------------------------------------------------------------------------
set(arguments_hello "")
set(arguments_translate_file ${speech} ${outputs}/OUTPUT.wav en es)
set(arguments_translate_whole_file ${speech} ${outputs}/OUTPUT.wav en es,fr)
set(arguments_multi_language ${speech} ${outputs}/OUTPUT en es,fr,de)
set(arguments_many_sessions ${speech} en es 100)
# The service takes 20 texts a second from an account.
set(arguments_many_readers 20 4)
set(arguments_reconnect ${speech} en es 3)
set(arguments_epoll_loop ${speech} en es)
set(arguments_live_translate ${speech} ${outputs}/OUTPUT.wav en es ${outputs}/OUTPUT.jsonl)
set(arguments_record ${speech} ${outputs}/OUTPUT.wav en es)
set(arguments_speak ${outputs}/OUTPUT.wav es)
set(arguments_tts_stream ${outputs}/OUTPUT.wav en)
set(arguments_stt_file ${speech} en es)
set(arguments_voices clone ${speech} "My voice" en)
set(arguments_glossary create Animals en es cat=gato "a, \"b\"=c")
set(arguments_phone_call ${telephone_speech} ${outputs}/OUTPUT.ul en es 4 2)
set(arguments_call ${telephone_speech} ${outputs}/OUTPUT_a.ul en ${telephone_speech} ${outputs}/OUTPUT_b.ul es)
set(arguments_game_audio ${speech} ${outputs}/OUTPUT.wav en es)
set(examples hello translate_file translate_whole_file multi_language many_sessions many_readers reconnect record
    speak live_translate phone_call call game_audio tts_stream stt_file voices glossary)
# Additional environment of a program: the other kind of credentials.
set(environment_voices PALABRA_API_KEY=dev-key)
set(environment_glossary PALABRA_API_KEY=dev-key)
if(CMAKE_SYSTEM_NAME STREQUAL Linux)
    list(APPEND examples epoll_loop)
endif()
# A hundred sessions, once and alone; a few sessions also check static linking and memory leaks.
set(repeated_many_sessions ${speech} en es 10)
find_program(PKG_CONFIG pkg-config)
foreach(name IN LISTS examples)
    set(environment ${CMAKE_COMMAND} -E env ${environment_${name}})
    string(REPLACE OUTPUT ${name} arguments "${arguments_${name}}")
    palabra_server_case(example_${name} "" ${environment} ${consumer}/${name} ${arguments})
    if(DEFINED repeated_${name})
        set(arguments_${name} ${repeated_${name}})
    endif()
    string(REPLACE OUTPUT ${name}_static arguments "${arguments_${name}}")
    palabra_server_case(example_${name}_static "" ${environment} ${consumer}/${name}_static ${arguments})
    if(VALGRIND)
        string(REPLACE OUTPUT ${name}_valgrind arguments "${arguments_${name}}")
        palabra_server_case(valgrind_${name} "" ${environment} ${VALGRIND} --quiet --error-exitcode=9 --leak-check=full
            --errors-for-leak-kinds=definite ${consumer}/${name} ${arguments})
    endif()
endforeach()
# A hundred sessions keep the machine as busy as several other cases.
set_tests_properties(example_many_sessions PROPERTIES PROCESSORS 4)
# Sixty frames per second under valgrind need as much processor time as all other cases together.
if(VALGRIND)
    set_tests_properties(valgrind_game_audio PROPERTIES LABELS prove)
endif()
# The examples' behavior on errors: example_outcome(NAME EXIT_CODE OUTPUT_PATTERN CLIENT_ID COMMAND...).
function(example_outcome name code pattern client_id)
    palabra_server_case(example_${name} "" ${CMAKE_COMMAND} -E env PALABRA_CLIENT_ID=${client_id}
        ${Python3_EXECUTABLE} ${support_dir}/outcome.py ${code} ${pattern} -- ${ARGN})
endfunction()
set(reconnect ${consumer}/reconnect ${arguments_reconnect})
example_outcome(reconnect_gives_up 1 "(ready.*CONNECTION_LOST.*){3}giving up after 3 failures" dev~reset_after_ms=1500
    ${reconnect})
example_outcome(reconnect_recovers 0 "SESSION.*trying again.*ready.*closed: PALABRA_OK"
    dev~rest_status=503~rest_fail_times=4 ${reconnect})
example_outcome(reconnect_refused 1 "^closed: PALABRA_ERR_AUTH[^\n]*\ngiving up: this will not change"
    dev~rest_status=401 ${reconnect})
example_outcome(reconnect_wrong_task 1 "^closed: PALABRA_ERR_TASK.*giving up: this will not change" dev~reject_task
    ${reconnect})
example_outcome(audio_plugin 0 "\\[es\\] phrase 2.*closed: PALABRA_OK" dev
    ${consumer}/audio_plugin ${speech} ${outputs}/audio_plugin.wav en es)
# Each sentence with its translation; also from pipe to pipe, as with a microphone and a loudspeaker.
palabra_server_case(example_live_translate_lines "--engine=script;--script=${PROJECT_SOURCE_DIR}/devserver/examples/script.json"
    ${Python3_EXECUTABLE} ${support_dir}/outcome.py 0
    "s  text .[0-9.]+ s, voice .[0-9.]+ s\nGood morning everyone. +. Buenos días a todos.\n.*\nThank you. +. Gracias.\nwrote"
    -- ${consumer}/live_translate ${speech} ${outputs}/lines.wav en es)
palabra_server_case(example_live_translate_pipe "" ${Python3_EXECUTABLE} ${support_dir}/pipe.py
    ${speech} -- ${consumer}/live_translate - - en es)
# After the hold the caller continues to speak while the translation of the earlier speech is played.
example_outcome(phone_call_barge_in 0 "barge-in.*cut short: [0-9]+ of [0-9]+ ms.*heard: [0-9]+ ms" demo
    ${consumer}/phone_call ${telephone_speech} ${outputs}/barge_in.ul en es 4 2)
# Both read the same sentences at the same time, so each begins the second one while the translation of the first sounds.
example_outcome(call_barge_in 0 "en: barge-in at [0-9.]+ s.*(es|en): cut short: [0-9]+ of [0-9]+ ms" demo ${consumer}/call_barge_in
    ${telephone_speech} ${outputs}/barge_in_a.ul en ${telephone_speech} ${outputs}/barge_in_b.ul es 6 2 ${outputs}/barge_in.jsonl)
example_outcome(game_audio_subtitles 0 " s  .es. phrase 1, .* s  -.* s  .es. phrase 2, " demo
    ${consumer}/game_audio ${speech} ${outputs}/subtitles.wav en es)
example_outcome(speak_lines 0 "(line [1-3]: queued.*){3}line 3: said" demo
    ${consumer}/speak ${outputs}/spoken.wav es)
# The same with an API key: account_outcome(NAME EXIT_CODE OUTPUT_PATTERN API_KEY COMMAND...).
function(account_outcome name code pattern api_key)
    palabra_server_case(example_${name} "" ${CMAKE_COMMAND} -E env PALABRA_API_KEY=${api_key}
        ${Python3_EXECUTABLE} ${support_dir}/outcome.py ${code} ${pattern} -- ${ARGN})
endfunction()
account_outcome(voices_listed 0 "your voices: 0\nbuilt-in voices: 12\n.*default_low  ready" dev~page_size=5
    ${consumer}/voices list)
account_outcome(voices_failed 1 "PALABRA_ERR_SERVICE: [^\n]*no speech.*failed: wait for it or delete" dev~voice_fails
    ${consumer}/voices ${arguments_voices})
account_outcome(voices_refused 1 "PALABRA_ERR_AUTH: [^\n]*HTTP status 401" dev~rest_status=401 ${consumer}/voices list)
account_outcome(glossary_made 0 "Animals\ncat,gato\n\"a, \"\"b\"\"\",c\n" dev-key
    ${consumer}/glossary ${arguments_glossary})
account_outcome(glossary_unknown 1 "PALABRA_ERR_SERVICE: [^\n]*404: unknown glossary" dev-key
    ${consumer}/glossary delete nothing)
example_outcome(voices_without_key 1 "PALABRA_ERR_AUTH: [^\n]*API key" demo ${consumer}/voices list)
# The last sentence becomes final although only silence follows, and every sentence is translated.
example_outcome(stt_file_finals 0 "~ phrase 1.* s .en. phrase 1, .*.es. .es. phrase 1.* s .en. phrase 2, .*.es. .es. phrase 2" demo
    ${consumer}/stt_file ${speech} en es)
example_outcome(stt_file_refused 1 "PALABRA_ERR_SESSION: .*invalid parameter .language.: unsupported" demo ${consumer}/stt_file ${speech} xx)
example_outcome(tts_stream_said 0 "generation 1: said" demo ${consumer}/tts_stream ${outputs}/streamed.wav en)
example_outcome(tts_stream_refused 1 "PALABRA_ERR_AUTH" dev~rest_status=401
    ${consumer}/tts_stream ${outputs}/refused.wav en)

# --- The doctor --------------------------------------------------------------------------------------------------
if(PALABRA_BUILD_DOCTOR)
    palabra_server_case(doctor "" ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/doctor/test_doctor.py
        --program ${prefix}/${CMAKE_INSTALL_BINDIR}/palabra-doctor --certs ${outputs}/certs)
    set_property(TEST doctor APPEND PROPERTY FIXTURES_REQUIRED certs)
endif()

# --- The bridges ------------------------------------------------------------------------------------------------
# The whole path of each, by a peer of its own.
if(PALABRA_BUILD_BRIDGES AND CMAKE_SYSTEM_NAME STREQUAL Linux)
    set(bridge ${prefix}/${CMAKE_INSTALL_BINDIR}/palabra-audiosocket)
    set(bridge_tests ${PROJECT_SOURCE_DIR}/tests/bridges/audiosocket)
    palabra_server_case(bridge_audiosocket "--no-rate-limits" ${Python3_EXECUTABLE} ${bridge_tests}/test_bridge.py
        --program ${bridge} --recording ${speech})
    set(bridge_sources ${PROJECT_SOURCE_DIR}/bridges/audiosocket/src)
    add_executable(bridge_audiosocket_units ${bridge_tests}/units.c ${bridge_sources}/config.c ${bridge_sources}/json.c
        ${bridge_sources}/load.c ${bridge_sources}/protocol.c)
    target_include_directories(bridge_audiosocket_units PRIVATE ${bridge_sources} include)
    target_compile_definitions(bridge_audiosocket_units PRIVATE _GNU_SOURCE)
    set_target_properties(bridge_audiosocket_units PROPERTIES C_STANDARD 11)
    palabra_case(bridge_audiosocket_units "" bridge_audiosocket_units)
endif()

# --- The tools of the demo ---------------------------------------------------------------------------------------
foreach(name IN ITEMS wer voice timeline main live call checked_lines)
    palabra_case(demo_${name} speech ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/demo/test_${name}.py)
endforeach()

# --- The tools of the slower tier --------------------------------------------------------------------------------
foreach(name IN ITEMS figures shell)
    palabra_case(tools_${name} "" ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/prove/test_${name}.py)
endforeach()

# --- Documentation ----------------------------------------------------------------------------------------------
palabra_case(docs_coverage "" ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/docs/test_coverage.py)
palabra_case(docs_references "" ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/docs/test_references.py)
palabra_case(docs_guide prefix ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/docs/guide_blocks.py
    --compiler ${CMAKE_C_COMPILER} --include ${include_dir} docs/two-people-on-one-line.md)
palabra_case(docs_cpp_fragments prefix ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/docs/cpp_fragments.py
    --compiler ${PALABRA_CXX} --include ${include_dir})
palabra_server_case(docs_readme_example "" ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/docs/readme_example.py
    --compiler ${CMAKE_C_COMPILER} --prefix ${prefix} --libdir ${CMAKE_INSTALL_LIBDIR} --argument ${speech})
palabra_server_case(docs_readme_live "" ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/docs/readme_example.py
    --compiler ${CMAKE_C_COMPILER} --prefix ${prefix} --libdir ${CMAKE_INSTALL_LIBDIR} --number 2)
# The guides' programs: guide_case(NAME OPTION...).
function(guide_case name)
    palabra_server_case(docs_guide_${name} "" ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/docs/readme_example.py
        --readme docs/guides/${name}.md --compiler ${CMAKE_C_COMPILER} --prefix ${prefix} --libdir ${CMAKE_INSTALL_LIBDIR} ${ARGN})
endfunction()
guide_case(subtitles --argument ${speech} --argument en --argument es
    "--prints=^1\n00:00:00,[0-9]+ --> 00:00:0[0-9,]+\n.es. phrase 1,[^\n]+\n\n2\n")
guide_case(game-engine --rest-session --argument ${speech}
    "--prints=phrase 1[^\n]*\n-\n.*phrase 2.*closed: PALABRA_OK.*-\n")
if(CMAKE_SYSTEM_NAME STREQUAL Linux)
    guide_case(media-server --argument ${speech} --argument 3 "--stop-at=[es]"
        "--prints=phrase 1.*draining 1\n.*code=.PALABRA_OK.} 3")
endif()
if(CMAKE_SYSTEM_NAME STREQUAL Linux)
    palabra_case(docs_readme_godot prefix ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/docs/godot_readme.py
        --compiler ${CMAKE_C_COMPILER} --prefix ${prefix} --libdir ${CMAKE_INSTALL_LIBDIR})
endif()
set(cpp_example ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/docs/readme_example.py
    --readme bindings/cpp/README.md --language cpp --prefix ${prefix} --libdir ${CMAKE_INSTALL_LIBDIR})
foreach(compiler IN LISTS cpp_compilers)
    get_filename_component(compiler_name ${compiler} NAME)
    palabra_server_case(docs_readme_example_${compiler_name} "" ${cpp_example} --compiler ${compiler})
endforeach()
if(VALGRIND)
    string(REPLACE ";" " " memcheck_words "${memcheck}")
    palabra_server_case(valgrind_readme_example_cpp "" ${cpp_example} --compiler ${PALABRA_CXX}
        "--under=${memcheck_words}")
endif()

if(PKG_CONFIG)
    foreach(kind IN ITEMS shared static)
        palabra_server_case(pkgconfig_${kind} "" ${support_dir}/pkgconfig.sh ${kind} ${prefix}/${CMAKE_INSTALL_LIBDIR}
            ${PROJECT_SOURCE_DIR}/examples-c/hello.c ${outputs}/hello_pkgconfig_${kind})
        set_tests_properties(pkgconfig_${kind} PROPERTIES ENVIRONMENT "CC=${CMAKE_C_COMPILER};PKG_CONFIG=${PKG_CONFIG}")
    endforeach()
endif()
