//! The program `doorward`: everything is in the library.

/// What one thread allocates another frees: that of the system has them wait for each other.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    doorward::cli::main()
}
