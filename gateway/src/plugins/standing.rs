//! Instances that are kept, to see what they take up. The gateway keeps none: a question ends with its instance.

use std::sync::Arc;

use wasmtime::Store;

use super::allowance::Allowance;
use super::document::Paper;
use super::failure::contained;
use super::finding::Finding;
use super::house::Time;
use super::plugin::{Plugin, Question};
use super::review::{Context, told_of};
use super::sandbox::Sandbox;
use crate::call::Call;

impl Plugin {
    /// Has `most` instances answer a call, or as many as there is room for, and looks at how many there are while all of them stand.
    pub fn stand<T>(&self, most: usize, call: &Arc<Call>, context: &Context, look: impl FnOnce(usize) -> T) -> T {
        let answered = || contained(|| Ok(self.answered(call, context))).ok()?.ok();
        let all: Vec<_> = std::iter::from_fn(answered).take(most).collect();
        look(all.len())
    }

    /// An instance that has answered.
    fn answered(&self, call: &Arc<Call>, context: &Context) -> wasmtime::Result<Store<Sandbox>> {
        let told_of = told_of(call, context);
        let question = Question { call: Some(call), other: None, now: context.now, memory: None };
        let desk = self.desk(&question).map_err(|finding: Finding| wasmtime::Error::msg(finding.reason))?;
        let _ticking = self.house.ticker.tick();
        let allowance = Allowance::begin(Time::Whole(self.limits().deadline));
        let mut store = Sandbox::open(&self.house.engine, self.limits(), allowance);
        self.put(&mut store, &question, desk, |store, instance| {
            let arguments = store.data_mut().root(Paper::Arguments)?;
            self.loaded.fitted.hooks.check_call(store, instance, &told_of, arguments)
        })?;
        Ok(store)
    }
}
