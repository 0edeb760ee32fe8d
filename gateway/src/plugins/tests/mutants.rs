//! A plugin like others whose modules were changed so that they want more than there is: no compiler would write them so.

use wasm_encoder::reencode::{Error, Reencode, ReencodeComponent, utils};
use wasm_encoder::{CodeSection, Component, Function, HeapType, Instruction, MemoryType, TableType};
use wasmparser::{FunctionBody, Operator, Parser};

use super::*;

/// What is changed.
#[derive(Clone, Copy, Default)]
struct Change {
    /// Memories begin with so many pages.
    pages: Option<u64>,
    /// Tables begin with so many elements, and grow without end.
    elements: Option<u64>,
    /// Where the memory would grow by sixteen pages, a table grows by a thousand elements.
    grows_tables: bool,
}

impl Reencode for Change {
    type Error = std::convert::Infallible;

    fn memory_type(&mut self, memory: wasmparser::MemoryType) -> Result<MemoryType, Error> {
        let minimum = self.pages.unwrap_or(memory.initial);
        Ok(MemoryType { minimum, ..utils::memory_type(self, memory) })
    }

    fn table_type(&mut self, table: wasmparser::TableType) -> Result<TableType, Error> {
        let minimum = self.elements.unwrap_or(table.initial);
        Ok(TableType { minimum, maximum: None, ..utils::table_type(self, table)? })
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Result<(), Error> {
        let mut function: Function = self.new_function_with_parsed_locals(&body)?;
        let mut by_sixteen = false;
        for operator in body.get_operators_reader()? {
            let operator = operator?;
            if self.grows_tables && by_sixteen && matches!(operator, Operator::MemoryGrow { .. }) {
                function.instruction(&Instruction::Drop);
                function.instruction(&Instruction::RefNull(HeapType::FUNC));
                function.instruction(&Instruction::I32Const(1_000));
                function.instruction(&Instruction::TableGrow(0));
            } else {
                by_sixteen = matches!(operator, Operator::I32Const { value: 16 });
                function.instruction(&self.instruction(operator)?);
            }
        }
        code.function(&function);
        Ok(())
    }
}

impl ReencodeComponent for Change {}

/// The plugin that does as it is told, changed.
fn changed(mut change: Change) -> Vec<u8> {
    let mut component = Component::new();
    change.parse_component(&mut component, Parser::new(0), &guest("hostile")).unwrap();
    component.finish()
}

async fn faults(host: &Host, change: Change) -> (String, String) {
    let faults = host.load("changed", &changed(change), b"\"grow\"").await.unwrap_err();
    (faults[0].code.to_string(), faults[0].reason.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_grow_as_far_as_there_is_room() {
    let host = host();
    let plain = host.load("plain", &changed(Change::default()), b"\"deny\"").await.unwrap();
    assert_eq!(said(&asked(&plain).await), ("no", "because"));
    let growing = Change { grows_tables: true, ..Change::default() };
    let growing = host.load("growing", &changed(growing), b"\"grow\"").await.unwrap();
    assert_eq!(said(&asked(&growing).await).0, "plugin.memory");
    assert_eq!(said(&asked(&plain).await), ("no", "because"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_begins_with_more_than_there_is_is_not_loaded() {
    let host = host();
    for (change, code, reason) in [
        (Change { pages: Some(1_025), ..Change::default() }, "plugin.memory", "64 MiB"),
        (Change { pages: Some(4_097), ..Change::default() }, "plugin.invalid", "memory"),
        (Change { pages: Some(65_536), ..Change::default() }, "plugin.invalid", "memory"),
        (Change { elements: Some(20_001), ..Change::default() }, "plugin.invalid", "table"),
        (Change { elements: Some(4_000_000), ..Change::default() }, "plugin.invalid", "table"),
    ] {
        let said = faults(&host, change).await;
        assert!(said.0 == code && said.1.contains(reason), "{reason}: {said:?}");
    }
}
