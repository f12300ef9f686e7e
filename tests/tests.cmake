# The tests, and what they are built of; included by CMakeLists.txt, paths are from the top.
# Every test bears exactly one of these labels, and may bear some of the marks: `threads` tests run
# under the thread sanitizer too, `long` and `bench` ones only when asked for. A lint holds it.
set(ENTREPOT_TEST_LABELS lint unit contract sim fuzz e2e)
set(ENTREPOT_TEST_MARKS threads long bench)
enable_testing()
# entrepot_test(NAME label [marks...] SOURCES ... LIBS ...)
function(entrepot_test name label)
    cmake_parse_arguments(T "" "" "SOURCES;LIBS" ${ARGN})
    add_executable(${name} ${T_SOURCES})
    target_link_libraries(${name} PRIVATE ${T_LIBS} PkgConfig::CMOCKA)
    add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES LABELS "${label};${T_UNPARSED_ARGUMENTS}" TIMEOUT 1800)
endfunction()

# entrepot_fuzz(NAME [SOURCES ...] LIBS ...): tests/fuzz/fuzz_NAME.c and what else it needs, with
# its corpus in tests/fuzz/corpus/NAME.
# Everywhere the corpus is replayed as an ordinary test; the preset `fuzz` searches on from it.
function(entrepot_fuzz name)
    cmake_parse_arguments(F "" "" "SOURCES;LIBS;SEEDS" ${ARGN})
    set(corpus ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name} ${F_SEEDS})
    add_executable(fuzz_${name} tests/fuzz/fuzz_${name}.c ${F_SOURCES})
    target_link_libraries(fuzz_${name} PRIVATE ${F_LIBS} entrepot_flags)
    if(ENTREPOT_FUZZ)
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
        set(found ${CMAKE_BINARY_DIR}/corpus/${name})
        file(MAKE_DIRECTORY ${found})
        add_test(NAME fuzz_${name} COMMAND fuzz_${name} -max_total_time=60 ${found} ${corpus})
    else()
        target_sources(fuzz_${name} PRIVATE tests/fuzz/replay.c)
        add_test(NAME fuzz_${name} COMMAND fuzz_${name} ${corpus})
    endif()
    set_tests_properties(fuzz_${name} PROPERTIES LABELS fuzz TIMEOUT 600)
endfunction()

entrepot_test(test_reader unit
    SOURCES tests/proto/test_reader.c tests/proto/copy.c tests/proto/values.c
    LIBS entrepot_proto PkgConfig::MSGPACK)
entrepot_test(test_shape unit SOURCES tests/proto/test_shape.c tests/proto/values.c
    LIBS entrepot_proto PkgConfig::MSGPACK)
entrepot_test(test_id unit SOURCES tests/proto/test_id.c tests/proto/values.c LIBS entrepot_proto)
entrepot_test(test_money unit SOURCES tests/proto/test_money.c tests/proto/values.c
    LIBS entrepot_proto)
entrepot_test(test_hlc unit SOURCES tests/proto/test_hlc.c tests/proto/values.c LIBS entrepot_proto)
entrepot_test(test_text unit SOURCES tests/proto/test_text.c tests/proto/values.c
    LIBS entrepot_proto)
entrepot_test(test_tables unit SOURCES tests/proto/test_tables.c LIBS entrepot_proto)
entrepot_test(test_event unit
    SOURCES tests/proto/test_event.c tests/proto/values.c tests/proto/crypto_port.c
    LIBS entrepot_proto PkgConfig::CRYPTO)
entrepot_test(test_messages unit
    SOURCES tests/proto/test_messages.c tests/proto/values.c tests/proto/crypto_port.c
    LIBS entrepot_proto PkgConfig::CRYPTO)
entrepot_test(test_json unit SOURCES tests/proto/test_json.c tests/proto/values.c
    LIBS entrepot_json)
entrepot_test(test_json_xml unit SOURCES tests/proto/test_json_xml.c LIBS entrepot_json)
entrepot_fuzz(reader SOURCES tests/proto/copy.c LIBS entrepot_proto)
entrepot_fuzz(event LIBS entrepot_proto)
entrepot_fuzz(message LIBS entrepot_proto)
entrepot_fuzz(command LIBS entrepot_json)
entrepot_fuzz(json LIBS entrepot_json PkgConfig::JANSSON)

entrepot_test(test_keys unit threads SOURCES tests/node/test_keys.c
    LIBS entrepot_keys PkgConfig::ZMQ Threads::Threads)
entrepot_test(test_hasher unit threads SOURCES tests/node/test_hasher.c
    LIBS entrepot_engine entrepot_keys Threads::Threads)
entrepot_test(test_views unit threads
    SOURCES tests/node/core/test_views.c tests/support/store_memory.c
    LIBS entrepot_engine entrepot_keys Threads::Threads)
entrepot_test(test_links unit threads SOURCES tests/node/test_links.c tests/support/scratch.c
    LIBS entrepot_node)
target_link_options(test_links PRIVATE LINKER:--wrap=data_hash)
entrepot_test(test_mesh_traps contract threads
    SOURCES tests/node/mesh/test_mesh_traps.c tests/node/mesh/sides.c
    LIBS entrepot_mesh PkgConfig::ZMQ Threads::Threads)
entrepot_test(test_mesh_names contract threads
    SOURCES tests/node/mesh/test_mesh_names.c tests/node/mesh/sides.c
    LIBS entrepot_mesh PkgConfig::ZMQ Threads::Threads)
entrepot_test(test_mesh_flow contract threads
    SOURCES tests/node/mesh/test_mesh_flow.c tests/node/mesh/sides.c
    LIBS entrepot_mesh PkgConfig::ZMQ Threads::Threads)

entrepot_test(test_store unit
    SOURCES tests/node/store/test_store.c tests/support/scratch.c
    LIBS entrepot_store ${LMDB_LIBRARY})
# Faults of the disk, put before the C library; see tests/support/fault.h. Without a sanitizer, so
# that it can be loaded into any program.
add_library(fault_preload SHARED tests/support/fault_preload.c)
target_link_libraries(fault_preload PRIVATE entrepot_flags)
target_compile_options(fault_preload PRIVATE -fno-sanitize=all)
target_link_options(fault_preload PRIVATE -fno-sanitize=all)
entrepot_test(test_store_faults unit
    SOURCES tests/node/store/test_store_faults.c tests/support/scratch.c
    LIBS fault_preload entrepot_store)
entrepot_test(test_store_full unit
    SOURCES tests/node/store/test_store_full.c tests/support/scratch.c
    LIBS entrepot_store)
entrepot_test(test_store_threads unit threads
    SOURCES tests/node/store/test_store_threads.c tests/support/scratch.c
    LIBS entrepot_store)
entrepot_test(test_store_contract contract
    SOURCES tests/contract/test_store.c tests/contract/store_promises.c tests/support/scratch.c
        tests/support/store_memory.c
    LIBS entrepot_store)

entrepot_test(bench_store unit bench
    SOURCES tests/bench/store.c tests/support/scratch.c LIBS entrepot_store ${LMDB_LIBRARY})

# What a power cut can leave; see tests/crash. The recorder stands before the C library, too.
add_library(crash_recorder SHARED tests/crash/recorder.c)
target_link_libraries(crash_recorder PRIVATE entrepot_flags Threads::Threads)
target_compile_options(crash_recorder PRIVATE -fno-sanitize=all)
target_link_options(crash_recorder PRIVATE -fno-sanitize=all)
entrepot_test(test_crash_store contract
    SOURCES tests/crash/test_crash_store.c tests/crash/store_workload.c tests/crash/explorer.c
        tests/support/scratch.c
    LIBS crash_recorder entrepot_store)
entrepot_test(test_node_full unit
    SOURCES tests/node/store/test_node_full.c tests/crash/lone_node.c tests/support/scratch.c
    LIBS entrepot_store entrepot_core entrepot_business entrepot_keys)
entrepot_test(test_crash_node contract
    SOURCES tests/crash/test_crash_node.c tests/crash/node_workload.c tests/crash/lone_node.c
        tests/crash/explorer.c tests/support/scratch.c tests/support/store_memory.c
    LIBS crash_recorder entrepot_store entrepot_core entrepot_business entrepot_keys)

# node/core: nodes that have logs and peers and nothing else, over memory and a random network.
add_library(test_peers_world STATIC tests/node/core/world.c tests/node/core/forge.c
    tests/node/core/raw.c tests/support/store_memory.c)
target_link_libraries(test_peers_world PUBLIC entrepot_core entrepot_business entrepot_keys)
entrepot_test(test_peer_random unit SOURCES tests/node/core/test_peer_random.c
    LIBS test_peers_world)
entrepot_test(test_store_memory contract
    SOURCES tests/contract/test_store_memory.c tests/contract/store_promises.c
    LIBS test_peers_world)
entrepot_test(test_log unit SOURCES tests/node/core/test_log.c LIBS test_peers_world)
foreach(subject batch writer)
    entrepot_test(test_log_${subject} unit
        SOURCES tests/node/core/test_log_${subject}.c tests/node/core/taker.c LIBS test_peers_world)
endforeach()
entrepot_test(test_peer unit SOURCES tests/node/core/test_peer.c LIBS test_peers_world)
foreach(subject session data hostile branch)
    entrepot_test(test_peer_${subject} unit SOURCES tests/node/core/test_peer_${subject}.c
        LIBS test_peers_world)
endforeach()
entrepot_fuzz(peer LIBS test_peers_world)

# carriers: all tests and fuzz targets stand on the crypto port of tests/proto.
add_library(test_crypto_port STATIC tests/proto/crypto_port.c)
target_link_libraries(test_crypto_port PUBLIC entrepot_proto PRIVATE PkgConfig::CRYPTO)
entrepot_test(test_when unit SOURCES tests/proto/test_when.c LIBS entrepot_proto)
entrepot_test(test_zone unit SOURCES tests/proto/test_zone.c LIBS entrepot_proto)
entrepot_test(test_calendar unit SOURCES tests/proto/test_calendar.c LIBS entrepot_proto)
entrepot_fuzz(zone LIBS entrepot_proto)
entrepot_fuzz(calendar LIBS entrepot_business)
entrepot_fuzz(link LIBS entrepot_proto)
entrepot_test(test_reducer unit SOURCES tests/overseas-warehouse/test_reducer.c
    LIBS entrepot_business)
entrepot_test(test_ahead unit
    SOURCES tests/overseas-warehouse/test_ahead.c tests/support/rows_memory.c
    LIBS entrepot_business test_crypto_port)
entrepot_test(test_unknown unit
    SOURCES tests/overseas-warehouse/test_unknown.c tests/support/rows_memory.c
    LIBS entrepot_business test_crypto_port)
entrepot_test(test_epcis unit
    SOURCES tests/overseas-warehouse/epcis/test_epcis.c tests/support/epcis_check.c
    LIBS entrepot_business test_crypto_port PkgConfig::JANSSON)
entrepot_fuzz(ahead SOURCES tests/support/rows_memory.c LIBS entrepot_core entrepot_business)
foreach(subject signature words easypost aftership table clock proof)
    entrepot_test(test_carriers_${subject} unit
        SOURCES tests/carriers/test_${subject}.c tests/carriers/collect.c
        LIBS entrepot_carriers entrepot_business test_crypto_port)
endforeach()
entrepot_test(test_carriers_conformance contract
    SOURCES tests/carriers/test_conformance.c tests/carriers/conform.c tests/carriers/collect.c
    LIBS entrepot_carriers entrepot_business test_crypto_port)
entrepot_test(test_carriers_fixtures unit
    SOURCES tests/carriers/test_fixtures.c tests/carriers/cases.c tests/carriers/conform.c
        tests/carriers/collect.c
    LIBS entrepot_carriers entrepot_business test_crypto_port)
entrepot_test(test_carriers_declared unit
    SOURCES tests/carriers/test_declared.c tests/carriers/declared_text.c
        tests/carriers/conform.c tests/carriers/collect.c
    LIBS entrepot_carriers entrepot_business test_crypto_port)
entrepot_test(test_carriers_inquiry contract
    SOURCES tests/carriers/test_inquiry.c tests/carriers/collect.c
    LIBS entrepot_carriers entrepot_business test_crypto_port PkgConfig::JANSSON)
entrepot_test(test_asker_numbers unit
    SOURCES tests/node/carriers/test_numbers.c
    LIBS entrepot_asker entrepot_business)
entrepot_test(test_carriers_pace contract
    SOURCES tests/carriers/test_pace.c
    LIBS entrepot_carriers entrepot_business)
entrepot_test(test_carriers_whose contract
    SOURCES tests/carriers/test_whose.c tests/carriers/collect.c
    LIBS entrepot_carriers entrepot_business test_crypto_port PkgConfig::JANSSON)
entrepot_test(test_carriers_samples contract
    SOURCES tests/carriers/test_samples.c tests/carriers/collect.c
    LIBS entrepot_carriers entrepot_business test_crypto_port PkgConfig::JANSSON)
# overseas-warehouse: a small mesh of four nodes in memory.
add_library(test_world STATIC tests/overseas-warehouse/world.c
    tests/overseas-warehouse/random_life.c tests/overseas-warehouse/random_audit.c
    tests/overseas-warehouse/random_tellings.c
    tests/overseas-warehouse/lives.c
    tests/overseas-warehouse/life_turns.c tests/overseas-warehouse/liar.c
    tests/overseas-warehouse/life_claims.c tests/overseas-warehouse/life_fees.c
    tests/support/rows_memory.c tests/support/rows_taken.c)
target_link_libraries(test_world PUBLIC entrepot_business test_crypto_port)
foreach(subject deadlines calendars expected story fold decide trace versions skus policies
        fees tax elsewhere intake hook grants numbers claims outbound hints edges
        care advance recharge overdue followup)
    entrepot_test(test_business_${subject} unit
        SOURCES tests/overseas-warehouse/test_${subject}.c LIBS test_world)
endforeach()

# Plates, removal orders and inbound shipments.
foreach(subject plates origins)
    entrepot_test(test_business_${subject} unit
        SOURCES tests/overseas-warehouse/plates/test_${subject}.c LIBS test_world)
endforeach()

# Disposition batches, and repairs.
entrepot_test(test_batches unit SOURCES tests/overseas-warehouse/batches/test_batches.c
    LIBS test_world)
entrepot_test(test_repairs unit SOURCES tests/overseas-warehouse/repair/test_repairs.c
    LIBS test_world)

# 100,000 short lives in the release build, fewer where each takes longer.
set(lives 100000)
if(ENTREPOT_SANITIZE)
    set(lives 2000)
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    set(lives 5000)
endif()
entrepot_test(test_business_lives unit SOURCES tests/overseas-warehouse/test_lives.c
    LIBS test_world)
target_compile_definitions(test_business_lives PRIVATE LIVES=${lives})
set_tests_properties(test_business_lives PROPERTIES PROCESSORS 2)

entrepot_test(test_business_numbers_claims unit
    SOURCES tests/overseas-warehouse/test_numbers_claims.c LIBS test_world)
entrepot_test(test_business_numbers_floor unit
    SOURCES tests/overseas-warehouse/test_numbers_floor.c LIBS test_world)
entrepot_test(test_unit_take unit
    SOURCES tests/overseas-warehouse/test_unit_take.c LIBS test_world)
entrepot_test(test_figures unit
    SOURCES tests/overseas-warehouse/test_figures.c tests/proto/values.c
    LIBS entrepot_business)
entrepot_test(test_policy unit SOURCES tests/overseas-warehouse/test_policy.c
    LIBS entrepot_business)
# The rules of the stock ledger.
entrepot_test(test_stock_ledger unit
    SOURCES tests/overseas-warehouse/stock/test_ledger.c tests/proto/values.c
    LIBS entrepot_business)
target_compile_definitions(test_stock_ledger PRIVATE ACTS=${lives})

# Stock as rows.
entrepot_test(test_stock unit
    SOURCES tests/overseas-warehouse/stock/test_stock.c tests/overseas-warehouse/stock/scene.c
    LIBS test_world)
entrepot_test(test_stock_age unit
    SOURCES tests/overseas-warehouse/stock/test_age.c tests/overseas-warehouse/stock/scene.c
    LIBS test_world)
entrepot_test(test_stock_random unit
    SOURCES tests/overseas-warehouse/stock/test_random.c tests/overseas-warehouse/stock/scene.c
    LIBS test_world)
target_compile_definitions(test_stock_random PRIVATE ACTS=${lives})
# Exchanges: the table, and what the members do by it.
entrepot_test(test_exchange_steps unit
    SOURCES tests/overseas-warehouse/exchange/test_steps.c
    LIBS entrepot_business)
entrepot_test(test_exchange unit
    SOURCES tests/overseas-warehouse/exchange/test_exchange.c
    LIBS test_world)
# Return labels: the table, and what a book does by it.
entrepot_test(test_label_steps unit
    SOURCES tests/overseas-warehouse/label/test_steps.c
    LIBS entrepot_business)
entrepot_test(test_label unit
    SOURCES tests/overseas-warehouse/label/test_label.c tests/overseas-warehouse/label/scene.c
    LIBS test_world)
entrepot_test(test_lanes unit
    SOURCES tests/overseas-warehouse/label/test_lanes.c tests/overseas-warehouse/label/scene.c
    LIBS test_world)
entrepot_test(test_label_edges unit
    SOURCES tests/overseas-warehouse/label/test_label_edges.c
        tests/overseas-warehouse/label/scene.c
    LIBS test_world)

# Whose a box is that nobody announced.
entrepot_test(test_nearness unit
    SOURCES tests/overseas-warehouse/matching/test_nearness.c tests/proto/values.c
    LIBS entrepot_business)
entrepot_test(test_matching unit
    SOURCES tests/overseas-warehouse/matching/test_matching.c LIBS test_world)
entrepot_test(test_matching_seeds unit
    SOURCES tests/overseas-warehouse/matching/test_matching_seeds.c LIBS test_world)
# What was found, and what bars a unit from going out.
foreach(subject holds inspections)
    entrepot_test(test_${subject} unit
        SOURCES tests/overseas-warehouse/inspection/test_${subject}.c
            tests/overseas-warehouse/inspection/scene.c
        LIBS test_world)
endforeach()
entrepot_test(test_contents unit
    SOURCES tests/overseas-warehouse/plates/test_contents.c
        tests/overseas-warehouse/inspection/scene.c
    LIBS test_world)
# What units are worth.
entrepot_test(test_worth unit
    SOURCES tests/overseas-warehouse/worth/test_worth.c tests/overseas-warehouse/worth/oracle.c
        tests/proto/values.c
    LIBS entrepot_business)
target_compile_definitions(test_worth PRIVATE UNITS=${lives})
entrepot_test(test_worth_book unit
    SOURCES tests/overseas-warehouse/worth/test_worth_book.c
    LIBS test_world)
entrepot_test(test_business_manual unit SOURCES tests/overseas-warehouse/test_manual.c
    LIBS entrepot_business)
entrepot_test(test_business_model unit
    SOURCES tests/overseas-warehouse/test_model.c tests/support/scratch.c LIBS entrepot_business)
entrepot_test(test_business_rules unit
    SOURCES tests/overseas-warehouse/test_rules.c tests/overseas-warehouse/laws.c
        tests/overseas-warehouse/explorer.c
    LIBS entrepot_business)

file(GLOB carrier_fixtures LIST_DIRECTORIES true
    ${CMAKE_SOURCE_DIR}/tests/carriers/fixtures/[a-z0-9]*)
list(FILTER carrier_fixtures EXCLUDE REGEX "[.][a-z]+$")
entrepot_fuzz(carriers SOURCES tests/fuzz/carrier_body.c SEEDS ${carrier_fixtures}
    LIBS entrepot_carriers entrepot_business test_crypto_port)
entrepot_fuzz(declared SOURCES tests/fuzz/carrier_body.c
    LIBS entrepot_carriers entrepot_business test_crypto_port)
foreach(carrier easypost aftership)
    entrepot_fuzz(${carrier} SOURCES tests/fuzz/carrier_body.c
        LIBS entrepot_carriers entrepot_business test_crypto_port)
endforeach()

entrepot_test(test_tokens unit SOURCES tests/node/http/test_tokens.c tests/support/scratch.c
    LIBS entrepot_tokens entrepot_keys)
entrepot_test(test_http_openapi unit
    SOURCES tests/node/http/test_openapi.c tests/node/http/openapi_schemas.c LIBS entrepot_http)
entrepot_fuzz(http_body LIBS entrepot_http entrepot_keys)
entrepot_fuzz(evidence LIBS entrepot_evidence entrepot_keys)
entrepot_test(test_http_soak unit long
    SOURCES tests/node/http/test_soak.c tests/node/http/door_world.c tests/node/http/client.c
        tests/support/scratch.c
    LIBS entrepot_http entrepot_keys PkgConfig::CURL)
foreach(subject door scope traffic strict links imports inlet evidence numbers care sendings
        stock unknown)
    entrepot_test(test_http_${subject} unit threads
        SOURCES tests/node/http/test_${subject}.c tests/node/http/door_world.c
            tests/node/http/client.c tests/support/scratch.c
        LIBS entrepot_http entrepot_keys PkgConfig::CURL PkgConfig::CRYPTO)
endforeach()
entrepot_test(test_http_epcis unit threads
    SOURCES tests/node/http/test_epcis.c tests/support/epcis_check.c
        tests/node/http/door_world.c tests/node/http/client.c tests/support/scratch.c
    LIBS entrepot_http entrepot_keys PkgConfig::CURL PkgConfig::CRYPTO PkgConfig::JANSSON)
entrepot_test(test_http_pages unit
    SOURCES tests/node/http/test_pages.c tests/node/http/many_returns.c tests/support/page_count.c
        tests/node/http/door_world.c tests/node/http/client.c tests/support/scratch.c
    LIBS entrepot_http entrepot_keys PkgConfig::CURL)
entrepot_test(test_http_walk unit threads
    SOURCES tests/node/http/test_walk.c tests/node/http/walk_world.c tests/node/http/walk_fill.c
        tests/node/http/openapi_page.c tests/node/http/door_world.c tests/node/http/client.c
        tests/node/blobs/photo.c tests/support/scratch.c
    LIBS entrepot_http entrepot_keys PkgConfig::CURL PkgConfig::JPEG PkgConfig::PNG)
entrepot_test(test_http_server unit threads
    SOURCES tests/node/http/test_server.c tests/node/http/client.c tests/node/http/certificate.c
        tests/support/scratch.c
    LIBS entrepot_server PkgConfig::CURL PkgConfig::CRYPTO Threads::Threads)
entrepot_test(test_http_strangers unit threads
    SOURCES tests/node/http/test_strangers.c tests/node/http/client.c
        tests/node/http/certificate.c tests/support/scratch.c
    LIBS entrepot_server PkgConfig::CURL PkgConfig::CRYPTO Threads::Threads)
entrepot_test(test_http_answers unit threads
    SOURCES tests/node/http/test_answers.c tests/node/http/client.c
    LIBS entrepot_server PkgConfig::CURL Threads::Threads)

entrepot_test(test_picture unit
    SOURCES tests/node/blobs/test_picture.c tests/node/blobs/photo.c
    LIBS entrepot_blobs PkgConfig::JPEG PkgConfig::PNG)
entrepot_test(test_blob_files unit
    SOURCES tests/node/blobs/test_files.c tests/support/scratch.c
    LIBS entrepot_blobs entrepot_keys)
entrepot_test(test_blob_keeper unit threads
    SOURCES tests/node/blobs/test_keeper.c tests/support/scratch.c
    LIBS entrepot_blobs entrepot_keys)
entrepot_test(test_http_photos unit threads
    SOURCES tests/node/http/test_photos.c tests/node/http/door_world.c tests/node/http/client.c
        tests/node/blobs/photo.c tests/support/scratch.c
    LIBS entrepot_http entrepot_keys PkgConfig::CURL PkgConfig::JPEG PkgConfig::PNG)
entrepot_fuzz(picture LIBS entrepot_blobs)
entrepot_test(test_config unit SOURCES tests/node/test_config.c tests/support/scratch.c
    LIBS entrepot_config entrepot_business)
entrepot_test(test_adapters unit SOURCES tests/node/test_adapters.c tests/support/scratch.c
    LIBS entrepot_asker)
entrepot_fuzz(config LIBS entrepot_config)
entrepot_test(test_identity unit SOURCES tests/node/test_identity.c tests/support/scratch.c
    LIBS entrepot_node)
entrepot_test(test_outbox unit threads
    SOURCES tests/node/test_outbox.c tests/node/scripted.c tests/node/http/certificate.c
        tests/support/scratch.c
    LIBS entrepot_node PkgConfig::CRYPTO)
entrepot_test(test_alipay unit
    SOURCES tests/node/test_alipay.c tests/support/scratch.c
    LIBS entrepot_node PkgConfig::CRYPTO)
entrepot_test(test_hooks_plan unit SOURCES tests/node/hooks/test_plan.c LIBS entrepot_hooks)
entrepot_test(test_hooks unit threads
    SOURCES tests/node/hooks/test_hooks.c tests/node/scripted.c tests/node/http/door_world.c
        tests/node/http/client.c tests/support/scratch.c
    LIBS entrepot_hooks entrepot_http entrepot_keys PkgConfig::CURL PkgConfig::CRYPTO)
# The command line: the program itself is run.
entrepot_test(test_cli unit
    SOURCES tests/cli/test_cli.c tests/support/process.c tests/support/scratch.c
    LIBS entrepot_flags)
entrepot_test(test_out unit SOURCES tests/cli/test_out.c node/cli/out.c LIBS entrepot_json)
entrepot_test(test_csv unit SOURCES tests/cli/test_csv.c LIBS entrepot_csv)
entrepot_test(test_order_csv unit SOURCES tests/cli/test_order_csv.c LIBS entrepot_csv)
entrepot_fuzz(csv LIBS entrepot_csv)
foreach(subject file planted)
    entrepot_test(test_settlement_${subject} unit
        SOURCES tests/cli/test_settlement_${subject}.c LIBS entrepot_settlement)
endforeach()
entrepot_fuzz(alipay LIBS entrepot_business)
entrepot_fuzz(settlement LIBS entrepot_settlement)
entrepot_fuzz(webhook LIBS entrepot_business)
entrepot_fuzz(payment LIBS entrepot_business entrepot_json)
entrepot_fuzz(inlet LIBS entrepot_business entrepot_json entrepot_keys)
entrepot_fuzz(policy LIBS entrepot_policy_file)
entrepot_test(test_smoke e2e threads
    SOURCES tests/cli/test_smoke.c tests/cli/drive.c tests/node/http/certificate.c
        tests/support/process.c tests/support/scratch.c
    LIBS entrepot_flags PkgConfig::CRYPTO)
foreach(subject recovery buyers merchants refunds recharge)
    entrepot_test(test_${subject} e2e threads
        SOURCES tests/cli/test_${subject}.c tests/cli/drive.c tests/cli/bank.c
            tests/node/http/client.c tests/support/process.c tests/support/scratch.c
        LIBS entrepot_flags PkgConfig::CURL)
endforeach()
entrepot_test(test_webhooks e2e threads
    SOURCES tests/cli/test_webhooks.c tests/cli/drive.c tests/node/scripted.c
        tests/support/process.c tests/support/scratch.c
    LIBS entrepot_flags Threads::Threads)
entrepot_test(test_service e2e threads
    SOURCES tests/cli/test_service.c tests/cli/drive.c tests/node/http/client.c
        tests/support/process.c tests/support/scratch.c
    LIBS entrepot_flags PkgConfig::CURL)
entrepot_test(test_import e2e threads
    SOURCES tests/cli/test_import.c tests/cli/drive.c tests/support/process.c
        tests/support/scratch.c
    LIBS entrepot_flags)
entrepot_test(test_cli_care e2e threads
    SOURCES tests/cli/test_care.c tests/cli/drive.c tests/support/process.c
        tests/support/scratch.c
    LIBS entrepot_flags)
entrepot_test(test_cli_floor e2e threads
    SOURCES tests/cli/test_cli_floor.c tests/cli/drive.c tests/support/process.c
        tests/support/scratch.c
    LIBS entrepot_flags)
entrepot_test(test_cli_stock e2e threads
    SOURCES tests/cli/test_stock.c tests/cli/drive.c tests/support/process.c
        tests/support/scratch.c
    LIBS entrepot_flags)
entrepot_test(test_cli_photos e2e threads
    SOURCES tests/cli/test_photos.c tests/cli/drive.c tests/support/process.c
        tests/support/scratch.c
    LIBS entrepot_flags)
entrepot_test(test_cli_kinds e2e threads
    SOURCES tests/cli/test_kinds.c tests/cli/drive.c tests/support/process.c
        tests/support/scratch.c
    LIBS entrepot_flags)
entrepot_test(test_policy_set e2e threads
    SOURCES tests/cli/test_policy_set.c tests/cli/drive.c tests/support/process.c
        tests/support/scratch.c
    LIBS entrepot_flags)
entrepot_test(test_reconcile e2e threads
    SOURCES tests/cli/test_reconcile.c tests/cli/bank.c tests/cli/drive.c tests/node/http/client.c
        tests/support/process.c tests/support/scratch.c
    LIBS entrepot_flags PkgConfig::CURL)
entrepot_test(test_asked e2e threads
    SOURCES tests/cli/test_asked.c tests/cli/bank.c tests/cli/drive.c tests/node/http/client.c
        tests/support/process.c tests/support/scratch.c
    LIBS entrepot_flags entrepot_carriers entrepot_business PkgConfig::CURL)
target_compile_definitions(test_asked PRIVATE
    SANDBOX_CARRIERS="$<TARGET_FILE:entrepot-sandbox-carriers>")
add_dependencies(test_asked entrepot-sandbox-carriers)
entrepot_test(test_own_carrier e2e threads
    SOURCES tests/cli/test_own_carrier.c tests/cli/bank.c tests/cli/drive.c
        tests/node/http/client.c tests/support/process.c tests/support/scratch.c
    LIBS entrepot_flags entrepot_keys PkgConfig::CURL)
target_compile_definitions(test_own_carrier PRIVATE
    SANDBOX_CARRIERS="$<TARGET_FILE:entrepot-sandbox-carriers>")
add_dependencies(test_own_carrier entrepot-sandbox-carriers)
entrepot_test(test_labels_bought e2e threads
    SOURCES tests/cli/test_labels_bought.c tests/cli/bank.c tests/cli/drive.c
        tests/node/http/client.c tests/support/process.c tests/support/scratch.c
    LIBS entrepot_flags PkgConfig::CURL)
target_compile_definitions(test_labels_bought PRIVATE
    SANDBOX_CARRIERS="$<TARGET_FILE:entrepot-sandbox-carriers>")
add_dependencies(test_labels_bought entrepot-sandbox-carriers)
foreach(test test_cli test_smoke test_asked test_own_carrier test_labels_bought test_recovery
        test_merchants
        test_refunds test_service
        test_import test_buyers test_reconcile test_policy_set test_webhooks test_cli_care
        test_cli_floor test_cli_stock test_cli_photos test_cli_kinds test_recharge)
    target_compile_definitions(${test} PRIVATE ENTREPOT_PROGRAM="$<TARGET_FILE:entrepot>"
        SANDBOX="$<TARGET_FILE:entrepot-sandbox>")
    add_dependencies(${test} entrepot entrepot-sandbox)
endforeach()
# Another date for a node as shipped.
add_library(clock_preload SHARED tests/support/clock_preload.c)
target_link_libraries(clock_preload PRIVATE entrepot_flags)
target_compile_options(clock_preload PRIVATE -fno-sanitize=all)
target_link_options(clock_preload PRIVATE -fno-sanitize=all)
target_compile_definitions(test_recharge PRIVATE CLOCK_PRELOAD="$<TARGET_FILE:clock_preload>")
add_dependencies(test_recharge clock_preload)

# What was changed behind a node's back.
entrepot_test(test_verify unit SOURCES tests/node/core/test_verify.c LIBS entrepot_sim)
# The core, turn by turn, in a world of two.
entrepot_test(test_core unit
    SOURCES tests/node/core/test_core.c tests/node/core/core_story.c LIBS entrepot_sim)
entrepot_test(test_asks unit
    SOURCES tests/node/core/test_asks.c tests/node/core/core_story.c LIBS entrepot_sim)
entrepot_test(test_members unit
    SOURCES tests/node/core/test_members.c tests/node/core/core_story.c LIBS entrepot_sim)
entrepot_test(test_core_photos unit
    SOURCES tests/node/core/test_photos.c tests/node/core/core_story.c LIBS entrepot_sim)
entrepot_test(test_accounts unit
    SOURCES tests/node/core/test_accounts.c tests/node/core/core_story.c LIBS entrepot_sim)
entrepot_test(test_told unit
    SOURCES tests/node/core/test_told.c tests/node/core/core_story.c LIBS entrepot_sim)

# Real processes that die while clients write.
entrepot_test(test_kill e2e
    SOURCES tests/e2e/test_kill.c tests/cli/drive.c tests/support/process.c tests/support/scratch.c
    LIBS entrepot_flags PkgConfig::CURL)
target_compile_definitions(test_kill PRIVATE ENTREPOT_PROGRAM="$<TARGET_FILE:entrepot>")
add_dependencies(test_kill entrepot)

# A store of a million returns: minutes, and some gigabytes below TMPDIR.
entrepot_test(bench_returns unit bench
    SOURCES tests/bench/returns.c tests/support/page_count.c tests/node/http/door_world.c
        tests/node/http/client.c tests/support/scratch.c
    LIBS entrepot_http entrepot_keys PkgConfig::CURL)

entrepot_test(bench_carriers unit bench
    SOURCES tests/bench/carriers.c tests/carriers/collect.c
    LIBS entrepot_carriers entrepot_business entrepot_keys test_crypto_port PkgConfig::JANSSON
        PkgConfig::EXPAT)

# The client of tests/bench/ingest.
add_executable(bench_load tests/bench/load.c)
target_link_libraries(bench_load PRIVATE entrepot_flags PkgConfig::CRYPTO)
# The people of tests/bench/floor.
add_executable(bench_floor tests/bench/floor.c)
target_link_libraries(bench_floor PRIVATE entrepot_flags Threads::Threads)
# That of tests/bench/replicate.
add_executable(bench_lag tests/bench/lag.c)
target_link_libraries(bench_lag PRIVATE entrepot_flags)

entrepot_test(test_business_payment unit SOURCES tests/overseas-warehouse/test_payment.c
    LIBS entrepot_business)
foreach(subject paypal adyen charges)
    entrepot_test(test_business_${subject} unit
        SOURCES tests/overseas-warehouse/test_${subject}.c
            tests/overseas-warehouse/provider_said.c
        LIBS entrepot_business entrepot_json)
endforeach()
entrepot_test(test_business_settlement unit SOURCES tests/overseas-warehouse/test_settlement.c
    LIBS entrepot_business)
# What real processes stand between: cables that can be cut.
add_executable(entrepot-link-proxy tests/support/link_proxy.c)
target_link_libraries(entrepot-link-proxy PRIVATE entrepot_flags PkgConfig::EVENT)
entrepot_test(test_link_proxy contract
    SOURCES tests/support/test_link_proxy.c tests/support/process.c LIBS entrepot_flags)
target_compile_definitions(test_link_proxy PRIVATE LINK_PROXY="$<TARGET_FILE:entrepot-link-proxy>")
add_dependencies(test_link_proxy entrepot-link-proxy)
# The provider that pays in the demo and in tests of whole nodes.
add_executable(entrepot-sandbox tests/sandbox/provider.c tests/sandbox/serve.c
    tests/sandbox/stripe.c tests/sandbox/paypal.c tests/sandbox/ledger.c)
target_link_libraries(entrepot-sandbox PRIVATE entrepot_json PkgConfig::EVENT)
add_executable(entrepot-sandbox-carriers tests/sandbox/carriers.c tests/sandbox/serve.c
    tests/sandbox/easypost.c tests/sandbox/ups.c tests/sandbox/fedex.c tests/sandbox/dhl.c
    tests/sandbox/usps.c tests/sandbox/royalmail.c
    tests/sandbox/labels.c)
target_link_libraries(entrepot-sandbox-carriers PRIVATE entrepot_json PkgConfig::EVENT
    PkgConfig::CRYPTO)
entrepot_test(test_sandbox contract
    SOURCES tests/sandbox/test_sandbox.c tests/node/http/client.c tests/support/process.c
    LIBS entrepot_json PkgConfig::CURL)
target_compile_definitions(test_sandbox PRIVATE SANDBOX="$<TARGET_FILE:entrepot-sandbox>")
add_dependencies(test_sandbox entrepot-sandbox)
# The demo, told by the programs of this build and checked from outside.
entrepot_test(test_demo e2e
    SOURCES tests/e2e/test_demo.c tests/node/http/client.c tests/support/process.c
        tests/support/scratch.c
    LIBS entrepot_json PkgConfig::CURL)
target_compile_definitions(test_demo PRIVATE PROGRAMS="${CMAKE_BINARY_DIR}")
add_dependencies(test_demo entrepot entrepot-sandbox entrepot-sandbox-carriers
    entrepot-link-proxy)
entrepot_test(test_cut_links e2e
    SOURCES tests/e2e/test_cut_links.c tests/cli/drive.c tests/support/process.c
        tests/support/scratch.c
    LIBS entrepot_flags)
target_compile_definitions(test_cut_links PRIVATE ENTREPOT_PROGRAM="$<TARGET_FILE:entrepot>"
    LINK_PROXY="$<TARGET_FILE:entrepot-link-proxy>")
add_dependencies(test_cut_links entrepot entrepot-link-proxy)
entrepot_test(test_meeting e2e
    SOURCES tests/e2e/test_meeting.c tests/cli/drive.c tests/support/process.c
        tests/support/scratch.c
    LIBS entrepot_flags)
target_compile_definitions(test_meeting PRIVATE ENTREPOT_PROGRAM="$<TARGET_FILE:entrepot>")
add_dependencies(test_meeting entrepot)
entrepot_test(test_demo_frame unit
    SOURCES tests/e2e/test_demo_frame.c tests/support/process.c tests/support/scratch.c
    LIBS entrepot_flags)

# sim: whole nodes under virtual time. Every run of the release build takes 300 seeds, some four
# minutes of two cores; builds that are slower take few. All rows and marks are demanded of 300 and
# of 2,000 seeds under the mark `long`. Every planted fault is found in one of the first few seeds;
# 200 are allowed.
set(ENTREPOT_SIM_SEEDS 300 CACHE STRING "seeds of the test sim_faults in the release build")
set(sim_seeds ${ENTREPOT_SIM_SEEDS})
if(ENTREPOT_SANITIZE)
    set(sim_seeds 4)
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    set(sim_seeds 24)
endif()
add_test(NAME sim_faults COMMAND entrepot-sim faults --seeds ${sim_seeds} --jobs 2)
set_tests_properties(sim_faults PROPERTIES LABELS sim TIMEOUT 3600 PROCESSORS 2)
foreach(seeds 300 2000)
    add_test(NAME sim_faults_${seeds}
        COMMAND entrepot-sim faults --seeds ${seeds} --jobs 2 --require-all)
    set_tests_properties(sim_faults_${seeds} PROPERTIES LABELS "sim;long" TIMEOUT 28800)
endforeach()
add_test(NAME sim_bugs COMMAND entrepot-sim-bugs bugs --seeds 200 --jobs 1)
set(sim_bugs_labels sim)
if(ENTREPOT_SANITIZE) # sim_faults runs the same code there, without what is planted
    set(sim_bugs_labels sim long)
endif()
set_tests_properties(sim_bugs PROPERTIES LABELS "${sim_bugs_labels}" TIMEOUT 3600)
add_test(NAME sim_replay COMMAND ${CMAKE_SOURCE_DIR}/tests/sim/replay $<TARGET_FILE:entrepot-sim>)
set_tests_properties(sim_replay PROPERTIES LABELS sim TIMEOUT 1200)
set(told_stories tests/sim/told.c tests/sim/story.c tests/sim/acts.c
    tests/support/rows_taken.c tests/sim/stories_mesh.c tests/sim/stories_silence.c
    tests/sim/stories_others.c tests/sim/stories_complaints.c tests/sim/stories_returns.c
    tests/sim/stories_grants.c tests/sim/stories_units.c
    tests/sim/stories_claims.c tests/sim/stories_kinds.c tests/sim/stories_disputes.c
    tests/sim/stories_fees.c tests/sim/stories_outbound.c tests/sim/stories_recharges.c
    tests/sim/stories_goods.c tests/sim/stories_worth.c
    tests/sim/stories_matching.c tests/sim/stories_inspection.c tests/sim/stories_voids.c
    tests/sim/stories_stock.c tests/sim/stories_floor.c tests/sim/stories_exchange.c
    tests/sim/stories_label.c)
entrepot_test(test_stories sim SOURCES ${told_stories} LIBS entrepot_sim)
entrepot_test(test_stories_unguarded sim SOURCES ${told_stories} LIBS entrepot_sim_planted)
entrepot_test(test_overdue sim
    SOURCES tests/sim/test_overdue.c tests/sim/story.c tests/support/rows_taken.c
    LIBS entrepot_sim)
entrepot_test(test_followup sim
    SOURCES tests/sim/test_followup.c tests/sim/acts.c tests/sim/story.c tests/support/rows_taken.c
    LIBS entrepot_sim)
# A warehouse's day without a link: 2,000 parcels in the release build, fewer where each takes
# longer.
set(day_parcels 2000)
if(ENTREPOT_SANITIZE)
    set(day_parcels 80)
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    set(day_parcels 240)
endif()
entrepot_test(test_offline_day sim
    SOURCES tests/sim/test_offline_day.c tests/sim/acts.c tests/sim/story.c
        tests/support/rows_taken.c
    LIBS entrepot_sim)
target_compile_definitions(test_offline_day PRIVATE PARCELS=${day_parcels})
entrepot_test(test_erasure sim
    SOURCES tests/sim/test_erasure.c tests/sim/story.c tests/support/rows_taken.c
    LIBS entrepot_sim)
entrepot_test(test_rows sim
    SOURCES tests/sim/test_rows.c tests/support/process.c
    LIBS test_world)
target_compile_definitions(test_rows PRIVATE TEST_STORIES="$<TARGET_FILE:test_stories>"
    TEST_BUSINESS_STORY="$<TARGET_FILE:test_business_story>")
add_dependencies(test_rows test_stories test_business_story)
entrepot_test(test_clients sim SOURCES tests/sim/test_clients.c LIBS entrepot_sim)

# --- lints: what reads the sources instead of running them -------------------------------------
foreach(lint includes pure shape words floats readmes folders listed labels format
    selftest runner)
    add_test(NAME lint_${lint} COMMAND tests/lint/${lint} ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}
        WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(lint_${lint} PROPERTIES LABELS lint TIMEOUT 1200 SKIP_RETURN_CODE 77)
endforeach()

# Billing: what a warehouse asks for what it does.
add_library(test_billing_scene STATIC tests/overseas-warehouse/billing/scene.c)
target_link_libraries(test_billing_scene PUBLIC test_world)
entrepot_test(test_billing unit SOURCES tests/overseas-warehouse/billing/test_billing.c
    LIBS test_billing_scene)
entrepot_test(test_received unit SOURCES tests/overseas-warehouse/test_received.c LIBS test_world)
entrepot_test(test_voids unit SOURCES tests/overseas-warehouse/test_voids.c
    LIBS test_billing_scene)
entrepot_test(test_photos unit SOURCES tests/overseas-warehouse/photos/test_photos.c
    LIBS test_billing_scene)
set(billed_acts 100000)
if(ENTREPOT_SANITIZE OR NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    set(billed_acts 5000)
endif()
entrepot_test(test_billing_random unit SOURCES tests/overseas-warehouse/billing/test_random.c
    LIBS test_billing_scene)
target_compile_definitions(test_billing_random PRIVATE ACTS=${billed_acts})
