//! A plugin as it is once it has read its settings, as a component of its own: what is slow to build is built at load.
//!
//! The instrumented component exports what it holds; from that, and from its own text, the snapshot is made. What a plugin has
//! that is not its memory is not in it, so that one which was handed a stream of the system's, or whose form wizer does not
//! take, is run without, and reads its settings at every call.

use std::time::Duration;

use futures_util::FutureExt as _;
use wasmtime::Store;
use wasmtime::component::{Instance, Lift, WasmList};
use wasmtime_wizer::{ComponentContext, ComponentInstanceState, Wizer};

use super::sandbox::Sandbox;
use super::ticker::ticks;

/// How much a snapshot may be handed over, in bytes: a plugin's memory, and once more for what is written about it.
const HANDED_OVER: usize = 1 << 30;

/// How long it may take. The plugin itself is done then: what runs is what was added to it.
const AT_MOST: Duration = Duration::from_secs(30);

/// A component that tells what it holds.
pub(super) struct Instrumented<'b> {
    context: ComponentContext<'b>,
    pub(super) bytes: Vec<u8>,
}

/// An instance that is looked at.
struct Image<'s> {
    store: &'s mut Store<Sandbox>,
    instance: &'s Instance,
    /// The first thing that went wrong. What is asked for cannot fail, as far as the asking goes.
    failed: Option<wasmtime::Error>,
}

/// Has a component tell what it holds.
pub(super) fn instrument(component: &[u8]) -> wasmtime::Result<Instrumented<'_>> {
    let (context, bytes) = Wizer::new().instrument_component(component)?;
    Ok(Instrumented { context, bytes })
}

impl Instrumented<'_> {
    /// The component that begins as this instance of it is.
    pub(super) fn snapshot(&self, store: &mut Store<Sandbox>, instance: &Instance) -> wasmtime::Result<Vec<u8>> {
        store.set_hostcall_fuel(HANDED_OVER);
        store.set_epoch_deadline(ticks(AT_MOST));
        let mut image = Image { store, instance, failed: None };
        let taken = Wizer::new().snapshot_component(&self.context, &mut image).now_or_never();
        match (image.failed, taken) {
            (Some(failed), _) => Err(failed),
            (None, Some(taken)) => taken,
            (None, None) => Err(wasmtime::Error::msg("it waits, and there is nothing to wait for")),
        }
    }
}

impl Image<'_> {
    fn ask<R: Lift + 'static, T: Default>(
        &mut self,
        (interface, function): (&str, &str),
        take: impl FnOnce(&mut Store<Sandbox>, R) -> T,
    ) -> T {
        let asked = (|| {
            let missing = || wasmtime::Error::msg(format!("there is no `{interface}#{function}`"));
            let (_, interface) = self.instance.get_export(&mut *self.store, None, interface).ok_or_else(missing)?;
            let (_, function) =
                self.instance.get_export(&mut *self.store, Some(&interface), function).ok_or_else(missing)?;
            let function = self.instance.get_typed_func::<(), (R,)>(&mut *self.store, function)?;
            let (answer,) = function.call(&mut *self.store, ())?;
            Ok(take(self.store, answer))
        })();
        asked.unwrap_or_else(|error: wasmtime::Error| {
            self.failed.get_or_insert(error);
            T::default()
        })
    }
}

impl ComponentInstanceState for Image<'_> {
    async fn call_func_ret_list_u8(&mut self, interface: &str, function: &str, contents: impl FnOnce(&[u8]) + Send) {
        self.ask((interface, function), |store, list: WasmList<u8>| contents(list.as_le_slice(&store)));
    }

    async fn call_func_ret_s32(&mut self, interface: &str, function: &str) -> i32 {
        self.ask((interface, function), |_, number| number)
    }

    async fn call_func_ret_s64(&mut self, interface: &str, function: &str) -> i64 {
        self.ask((interface, function), |_, number| number)
    }

    async fn call_func_ret_f32(&mut self, interface: &str, function: &str) -> u32 {
        self.ask((interface, function), |_, number: f32| number.to_bits())
    }

    async fn call_func_ret_f64(&mut self, interface: &str, function: &str) -> u64 {
        self.ask((interface, function), |_, number: f64| number.to_bits())
    }
}
