//! Components that would be compiled for hours, or in more memory than there is: they are refused before that begins.

use wasm_encoder::{
    Alias, BlockType, CanonicalFunctionSection, CodeSection, Component, ComponentAliasSection, ComponentImportSection,
    ComponentInstanceSection, ComponentOuterAliasKind, ComponentTypeRef, ComponentTypeSection, ComponentValType,
    Function, FunctionSection, InstanceType, Module, ModuleArg, ModuleSection, NestedComponentSection,
    PrimitiveValType, TypeSection, ValType,
};

use super::*;

/// A component that is a module with so many functions, of these types.
fn module(types: &TypeSection, functions: u32, body: &Function) -> Vec<u8> {
    let (mut declared, mut code) = (FunctionSection::new(), CodeSection::new());
    for _ in 0..functions {
        declared.function(0);
        code.function(body);
    }
    let mut module = Module::new();
    module.section(types).section(&declared).section(&code);
    let mut component = Component::new();
    component.section(&ModuleSection(&module));
    component.finish()
}

fn types(number: u32, parameters: usize, results: usize) -> TypeSection {
    let mut types = TypeSection::new();
    for _ in 0..number {
        types.ty().function(vec![ValType::I32; parameters], vec![ValType::I32; results]);
    }
    types
}

/// One function, with so many variables.
fn function(variables: u32, write: impl FnOnce(&mut Function)) -> Vec<u8> {
    module(&types(1, 0, 0), 1, &body(variables, write))
}

fn body(variables: u32, write: impl FnOnce(&mut Function)) -> Function {
    let mut body = Function::new([(variables, ValType::I32)]);
    write(&mut body);
    body.instructions().end();
    body
}

/// Blocks or loops in one another, of which the innermost does something to each variable.
fn nest(body: &mut Function, variables: u32, depth: u32, begin: impl Fn(&mut Function)) {
    (0..depth).for_each(|_| begin(body));
    for variable in 0..variables {
        body.instructions().local_get(variable).i32_const(1).i32_add().local_set(variable);
    }
    for _ in 0..depth {
        body.instructions().local_get(0).br_if(0).end();
    }
}

fn idle(body: &mut Function, times: u32) {
    for _ in 0..times {
        body.instructions().nop();
    }
}

fn looped(body: &mut Function) {
    body.instructions().loop_(BlockType::Empty);
}

fn blocked(body: &mut Function) {
    body.instructions().block(BlockType::Empty);
}

/// Components of which each instantiates the one before ten times.
fn tower(height: u32) -> Vec<u8> {
    let mut component = Component::new();
    component.section(&NestedComponentSection(&Component::new()));
    for below in 0..height {
        let (mut aliases, mut instances) = (ComponentAliasSection::new(), ComponentInstanceSection::new());
        aliases.alias(Alias::Outer { kind: ComponentOuterAliasKind::Component, count: 1, index: below });
        for _ in 0..10 {
            instances.instantiate(0, Vec::<(&str, wasm_encoder::ComponentExportKind, u32)>::new());
        }
        let mut story = Component::new();
        story.section(&aliases).section(&instances);
        component.section(&NestedComponentSection(&story));
    }
    component.finish()
}

/// Types of which each consists of ten of the one before.
fn swelling(times: u32) -> Vec<u8> {
    let mut types = ComponentTypeSection::new();
    types.defined_type().primitive(PrimitiveValType::U8);
    for before in 0..times {
        types.defined_type().tuple([ComponentValType::Type(before); 10]);
    }
    let mut component = Component::new();
    component.section(&types);
    component.finish()
}

/// A component that imports so many instances of nothing.
fn importing(names: impl Iterator<Item = String>) -> Vec<u8> {
    let (mut types, mut imports) = (ComponentTypeSection::new(), ComponentImportSection::new());
    types.instance(&InstanceType::new());
    for name in names {
        imports.import(&name, ComponentTypeRef::Instance(0));
    }
    let mut component = Component::new();
    component.section(&types).section(&imports);
    component.finish()
}

/// A component that instantiates a module so many times.
fn instances(number: u32) -> Vec<u8> {
    let mut instances = wasm_encoder::InstanceSection::new();
    for _ in 0..number {
        instances.instantiate(0, Vec::<(&str, ModuleArg)>::new());
    }
    let mut component = Component::new();
    component.section(&ModuleSection(&Module::new())).section(&instances);
    component.finish()
}

fn component_for_component() -> Vec<u8> {
    let (mut types, mut imports) = (ComponentTypeSection::new(), ComponentImportSection::new());
    types.component(&wasm_encoder::ComponentType::new());
    imports.import("a", ComponentTypeRef::Component(0));
    let mut component = Component::new();
    component.section(&types).section(&imports);
    component.finish()
}

fn adapters(number: u32) -> Vec<u8> {
    let (mut types, mut canonical) = (ComponentTypeSection::new(), CanonicalFunctionSection::new());
    types.resource(ValType::I32, None);
    for _ in 0..number {
        canonical.resource_drop(0);
    }
    let mut component = Component::new();
    component.section(&types).section(&canonical);
    component.finish()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_compiled_for_hours_is_not_compiled() {
    let nothing = Function::new([]);
    let mut empty = nothing.clone();
    empty.instructions().end();
    let host = host();
    for (bomb, reason) in [
        (module(&types(1, 0, 0), 50_001, &empty), "50001 functions"),
        (module(&types(10_001, 0, 0), 1, &empty), "10001 types of functions"),
        (module(&types(1, 129, 0), 0, &empty), "129 parameters in a function"),
        (module(&types(1, 0, 17), 0, &empty), "17 results of a function"),
        (function(2_001, |_| ()), "2001 variables in a function"),
        (function(1, |body| idle(body, 1 << 20)), "bytes in a function"),
        (function(1, |body| nest(body, 1, 101, looped)), "101 loops in one another"),
        // 20 KB, a second and a half.
        (function(1_600, |body| nest(body, 1_600, 20, looped)), "steps in a function"),
        // 10 KB, and not done after 25 s.
        (function(800, |body| nest(body, 800, 100, looped)), "steps in a function"),
        (function(1_000, |body| nest(body, 1_000, 2_000, blocked)), "steps in a function"),
        (
            function(100, |body| {
                (0..200).for_each(|_| blocked(body));
                for _ in 0..200 {
                    body.instructions().local_get(0).if_(BlockType::Empty);
                    body.instructions().local_get(0).br_table((0..200).collect::<Vec<_>>(), 0).end();
                }
                for _ in 0..200 {
                    body.instructions().end();
                }
            }),
            "steps in a function",
        ),
        (module(&types(1, 0, 0), 100, &body(500, |body| nest(body, 500, 800, blocked))), "steps in all functions"),
        (tower(3), ""),
        (tower(9), "types and instances"),
        (swelling(3), ""),
        (swelling(5), "parts in a type"),
        (adapters(1_001), "1001 functions between components"),
        (component_for_component(), "imports or exports components"),
    ] {
        let faults = host.load("bomb", &bomb, b"{}").await.unwrap_err();
        let said = (&*faults[0].code, &*faults[0].reason);
        let code = if reason.is_empty() { "plugin.export" } else { "plugin.complex" };
        assert!(said.0 == code && said.1.contains(reason), "{} bytes, {reason}: {said:?}", bomb.len());
    }
    // Those that are small enough, and nothing else.
    assert_eq!(host.compilations(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_component_wants_of_the_world_is_named_up_to_a_bound() {
    let host = host();
    let http = importing(["wasi:http/outgoing-handler@0.2.4".to_owned()].into_iter());
    let faults = host.load("http", &http, b"{}").await.unwrap_err();
    assert_eq!(faults[0].code, "plugin.import");
    assert!(faults[0].reason.contains("`wasi:http/outgoing-handler@0.2.4`"), "{faults:?}");

    let many = importing((0..999).map(|number| format!("some:thing/else-n{number}")));
    let faults = host.load("many", &many, b"{}").await.unwrap_err();
    assert_eq!((faults.len(), &*faults[0].code), (100, "plugin.import"));
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_instances_find_no_place() {
    let faults = host().load("many", &instances(999), b"{}").await.unwrap_err();
    assert!(faults[0].code == "plugin.invalid" && faults[0].reason.contains("999 core module instances"), "{faults:?}");
}
