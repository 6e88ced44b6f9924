# SPDX-License-Identifier: Apache-2.0
# suyuan_library(NAME deps…): one folder, one target. Every *.cpp of the calling folder that is not a *_test.cpp is
# compiled into `suyuan_NAME`; the *_test.cpp files become the program `NAME_test` (GoogleTest, RapidCheck at hand).
# suyuan_test(NAME deps…): a folder that holds tests only.

find_package(Threads REQUIRED)

add_library(suyuan_flags INTERFACE)
target_include_directories(suyuan_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(suyuan_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor
                       -Woverloaded-virtual -Werror)
target_link_libraries(suyuan_flags INTERFACE Threads::Threads)
find_program(SUYUAN_MOLD mold)
if(SUYUAN_MOLD)
  target_link_options(suyuan_flags INTERFACE -fuse-ld=mold)
endif()

if(SUYUAN_TESTS)
  find_package(GTest REQUIRED)
endif()

function(suyuan_library name)
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cpp)
  list(REMOVE_ITEM sources ${tests} "")
  if(sources)
    add_library(suyuan_${name} STATIC ${sources})
    target_link_libraries(suyuan_${name} PUBLIC suyuan_flags ${ARGN})
  else()
    add_library(suyuan_${name} INTERFACE)
    target_link_libraries(suyuan_${name} INTERFACE suyuan_flags ${ARGN})
  endif()
  if(SUYUAN_TESTS AND tests)
    suyuan_add_test(${name}_test "${tests}" suyuan_${name})
  endif()
endfunction()

function(suyuan_test name)
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  suyuan_add_test(${name}_test "${sources}" ${ARGN})
endfunction()

function(suyuan_add_test target sources)
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE ${ARGN} suyuan_flags GTest::gmock GTest::gtest GTest::gtest_main rapidcheck)
  target_compile_definitions(${target} PRIVATE SUYUAN_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                               SUYUAN_BINARY="${CMAKE_BINARY_DIR}/suyuan")
  add_test(NAME ${target} COMMAND ${target})
endfunction()
