#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| alam_fuzz::run("json", bytes));
