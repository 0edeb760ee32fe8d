//! What holds a component's modules together: types, functions of the component, and instances, each as often as it comes to be.
//!
//! A component that is instantiated twice is compiled twice, and a type is walked through wherever it is named; so ten lines
//! that each use the line before ten times are 10^10 of something.

use std::collections::HashMap;

use wasmparser::component_types::{
    ComponentAnyTypeId, ComponentDefinedType, ComponentDefinedTypeId, ComponentEntityType, ComponentFuncTypeId,
    ComponentValType,
};
use wasmparser::types::TypesRef;
use wasmparser::{
    ComponentAlias, ComponentExternalKind, ComponentInstance, ComponentOuterAliasKind, ComponentTypeRef, Encoding,
    Payload,
};

use super::{Stop, add, within};

/// How deep components may lie in one another.
const DEPTH: u64 = 8;

/// The most functions between components, and the most of everything else, types with all that they consist of.
const ADAPTERS: u64 = 1_000;
const PARTS: u64 = 200_000;

/// The most that one type may consist of.
const PARTS_OF_TYPE: u64 = 10_000;

/// What has been counted.
#[derive(Default)]
pub(super) struct Glue {
    /// The components and modules around the one that is read, and itself.
    levels: Vec<Level>,
    /// What each type consists of.
    sizes: HashMap<ComponentAnyTypeId, u64>,
}

struct Level {
    encoding: Encoding,
    own: Weight,
    /// The components that can be named in it.
    components: Vec<Weight>,
    /// How many of its types and functions have been looked at.
    types: u32,
    functions: u32,
}

/// What comes of it when a component is instantiated once.
#[derive(Clone, Copy, Default)]
struct Weight {
    parts: u64,
    adapters: u64,
}

impl Weight {
    fn parts(parts: u64) -> Self {
        Self { parts, adapters: 0 }
    }

    fn add(&mut self, other: Self) {
        add(&mut self.parts, other.parts);
        add(&mut self.adapters, other.adapters);
    }
}

impl Glue {
    /// Counts what is in a piece of a component, once it is known to be valid; `types` are those of the innermost component.
    pub(super) fn take(&mut self, payload: &Payload<'_>, types: Option<TypesRef<'_>>) -> Result<(), Stop> {
        match payload {
            Payload::Version { encoding, .. } => {
                let (own, components) = (Weight::default(), Vec::new());
                self.levels.push(Level { encoding: *encoding, own, components, types: 0, functions: 0 });
                within("components in one another", self.levels.len() as u64, DEPTH)?;
            }
            Payload::End(_) => {
                if let Some(ended) = self.levels.pop()
                    && let (Encoding::Component, Some(outer)) = (ended.encoding, self.levels.last_mut())
                {
                    outer.components.push(ended.own);
                }
                return Ok(());
            }
            Payload::ComponentInstanceSection(section) => {
                for instance in section.clone() {
                    self.grow(Weight::parts(1));
                    if let ComponentInstance::Instantiate { component_index, .. } = instance? {
                        let inner = self.component(0, component_index);
                        self.grow(inner);
                    }
                }
            }
            Payload::ComponentAliasSection(section) => {
                for alias in section.clone() {
                    self.take_alias(&alias?)?;
                }
            }
            Payload::ComponentImportSection(section) => {
                for import in section.clone() {
                    if matches!(import?.ty, ComponentTypeRef::Component(_)) {
                        return Err(Stop::Components);
                    }
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section.clone() {
                    if export?.kind == ComponentExternalKind::Component {
                        return Err(Stop::Components);
                    }
                }
            }
            Payload::ComponentCanonicalSection(section) => {
                self.grow(Weight { parts: 0, adapters: u64::from(section.count()) });
            }
            Payload::InstanceSection(section) => {
                self.grow(Weight::parts(u64::from(section.count())));
            }
            _ => {}
        }
        self.take_types(types)?;
        let own = self.levels.last().map(|level| level.own).unwrap_or_default();
        within("functions between components", own.adapters, ADAPTERS)?;
        within("types and instances", own.parts, PARTS)
    }

    fn take_alias(&mut self, alias: &ComponentAlias<'_>) -> Result<(), Stop> {
        self.grow(Weight::parts(1));
        match alias {
            ComponentAlias::InstanceExport { kind: ComponentExternalKind::Component, .. } => Err(Stop::Components),
            ComponentAlias::Outer { kind: ComponentOuterAliasKind::Component, count, index } => {
                let named = self.component(*count, *index);
                if let Some(level) = self.levels.last_mut() {
                    level.components.push(named);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A component by its number, so many levels further out.
    fn component(&self, outwards: u32, index: u32) -> Weight {
        let level = self.levels.iter().rev().nth(outwards as usize);
        // What is not there is not valid.
        level.and_then(|level| level.components.get(index as usize)).copied().unwrap_or_default()
    }

    /// Adds to what is read.
    fn grow(&mut self, weight: Weight) {
        if let Some(level) = self.levels.last_mut() {
            level.own.add(weight);
        }
    }

    /// Counts the types and functions that have come since the last time.
    fn take_types(&mut self, types: Option<TypesRef<'_>>) -> Result<(), Stop> {
        let Some((types, level)) = types.zip(self.levels.last_mut()) else { return Ok(()) };
        if level.encoding != Encoding::Component {
            return Ok(());
        }
        let new_types = level.types..types.component_type_count();
        let new_functions = level.functions..types.component_function_count();
        (level.types, level.functions) = (new_types.end, new_functions.end);
        for index in new_types {
            let size = self.size(&types, types.component_any_type_at(index));
            within("parts in a type", size, PARTS_OF_TYPE)?;
            self.grow(Weight::parts(size));
        }
        for index in new_functions {
            let size = self.size(&types, ComponentAnyTypeId::Func(types.component_function_at(index)));
            self.grow(Weight::parts(size));
        }
        Ok(())
    }

    /// What a type consists of, itself included. How deep types lie in one another is bounded by who validates them.
    fn size(&mut self, types: &TypesRef<'_>, id: ComponentAnyTypeId) -> u64 {
        if let Some(size) = self.sizes.get(&id) {
            return *size;
        }
        let parts = match id {
            ComponentAnyTypeId::Resource(_) => 0,
            ComponentAnyTypeId::Defined(id) => self.size_of_defined(types, id),
            ComponentAnyTypeId::Func(id) => self.size_of_function(types, id),
            ComponentAnyTypeId::Instance(id) => {
                let exports = types[id].exports.values().map(|item| item.ty);
                self.sum(types, exports)
            }
            ComponentAnyTypeId::Component(id) => {
                let items = types[id].imports.values().chain(types[id].exports.values()).map(|item| item.ty);
                self.sum(types, items)
            }
        };
        let size = parts.saturating_add(1);
        self.sizes.insert(id, size);
        size
    }

    fn sum(&mut self, types: &TypesRef<'_>, entities: impl Iterator<Item = ComponentEntityType>) -> u64 {
        entities.fold(0, |sum, entity| {
            let size = match entity {
                ComponentEntityType::Module(_) => 1,
                ComponentEntityType::Func(id) => self.size(types, ComponentAnyTypeId::Func(id)),
                ComponentEntityType::Value(value) => self.value(types, &value),
                ComponentEntityType::Type { created, .. } => self.size(types, created),
                ComponentEntityType::Instance(id) => self.size(types, ComponentAnyTypeId::Instance(id)),
                ComponentEntityType::Component(id) => self.size(types, ComponentAnyTypeId::Component(id)),
            };
            sum.saturating_add(size)
        })
    }

    fn size_of_function(&mut self, types: &TypesRef<'_>, id: ComponentFuncTypeId) -> u64 {
        let function = &types[id];
        let values = function.params.iter().map(|(_, value)| value).chain(function.result.as_ref());
        values.fold(0, |sum, value| sum.saturating_add(self.value(types, value)))
    }

    fn size_of_defined(&mut self, types: &TypesRef<'_>, id: ComponentDefinedTypeId) -> u64 {
        let values: Vec<&ComponentValType> = match &types[id] {
            ComponentDefinedType::Record(record) => record.fields.values().collect(),
            ComponentDefinedType::Variant(variant) => {
                let payloads = variant.cases.values().filter_map(|case| case.ty.as_ref());
                let sum = payloads.fold(0_u64, |sum, value| sum.saturating_add(self.value(types, value)));
                return sum.saturating_add(variant.cases.len() as u64);
            }
            ComponentDefinedType::Tuple(tuple) => tuple.types.iter().collect(),
            ComponentDefinedType::List { element, .. } => vec![element],
            // As long as it is, where it is handed over by value.
            ComponentDefinedType::FixedLengthList { element, length, .. } => {
                return self.value(types, element).saturating_mul(u64::from(*length));
            }
            ComponentDefinedType::Map { key, value, .. } => vec![key, value],
            ComponentDefinedType::Option { ty, .. } => vec![ty],
            ComponentDefinedType::Result { ok, err, .. } => ok.iter().chain(err).collect(),
            ComponentDefinedType::Future { ty, .. } | ComponentDefinedType::Stream { ty, .. } => ty.iter().collect(),
            ComponentDefinedType::Flags(names) | ComponentDefinedType::Enum(names) => return names.len() as u64,
            ComponentDefinedType::Primitive(_) | ComponentDefinedType::Own(_) | ComponentDefinedType::Borrow(_) => {
                return 0;
            }
        };
        values.into_iter().fold(0, |sum, value| sum.saturating_add(self.value(types, value)))
    }

    fn value(&mut self, types: &TypesRef<'_>, value: &ComponentValType) -> u64 {
        match value {
            ComponentValType::Primitive(_) => 1,
            ComponentValType::Type(id) => self.size(types, ComponentAnyTypeId::Defined(*id)),
        }
    }
}
