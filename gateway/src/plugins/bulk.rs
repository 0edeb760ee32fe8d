//! How much there is to compile in a component, counted before it is compiled.
//!
//! What compiles cannot be interrupted, and few bytes can be work for hours: values that live across many branches, functions of
//! which there are very many, components that are instantiated again and again. So a component is walked through once, in a time
//! that grows with its bytes only, and one that has more of something than any plugin needs is not compiled at all. The bounds
//! leave several times what an interpreter of JavaScript or Python takes.

mod glue;

use wasmparser::{
    CompositeInnerType, FuncToValidate, FuncValidatorAllocations, FunctionBody, Operator, Parser, Payload,
    TypeSectionReader, ValidPayload, Validator, ValidatorResources, WasmFeatures,
};

use super::fault::LoadFault;
use super::finding::shown;
use glue::Glue;

/// The most functions, and the most types of functions.
const FUNCTIONS: u64 = 50_000;
const TYPES: u64 = 10_000;

/// The longest function, in bytes.
const BODY: u64 = 1 << 20;

/// The most parameters, results and variables of a function.
const PARAMETERS: u64 = 128;
const RESULTS: u64 = 16;
const VARIABLES: u64 = 2_000;

/// The most loops in one another, and which part of the square of what they keep alive counts as work.
const LOOPS: u64 = 100;
const LIGHT: u64 = 1_024;

/// The most work that a function may be, and all of them together; see [`Count::body`].
const WORK: u64 = 2_000_000;
const ALL_WORK: u64 = 60_000_000;

/// What a function costs beside what it does.
const EACH: u64 = 20;

/// Why nothing is compiled.
#[derive(Debug, thiserror::Error)]
enum Stop {
    /// There is more of something than there may be.
    #[error("it has {found} {what}, and a plugin may have {most}")]
    TooMuch {
        /// In the plural.
        what: &'static str,
        found: u64,
        most: u64,
    },
    /// It hands components from one to another.
    #[error("it imports or exports components, and a plugin is one")]
    Components,
    /// It is none.
    #[error("it does not compile: {0}")]
    Invalid(#[from] wasmparser::BinaryReaderError),
}

/// What has been counted so far.
#[derive(Default)]
struct Count {
    functions: u64,
    types: u64,
    work: u64,
    glue: Glue,
    /// Of use to the next function.
    spare: FuncValidatorAllocations,
}

/// Looks at everything in a component, and says why it is not to be compiled.
pub(super) fn hold(component: &[u8]) -> Result<(), LoadFault> {
    Count::default().take_all(component).map_err(|stop| {
        let reason = shown(&stop.to_string(), 1 << 10);
        match stop {
            Stop::Invalid(_) => LoadFault::of("plugin.invalid", reason),
            Stop::TooMuch { .. } | Stop::Components => LoadFault::of("plugin.complex", reason)
                .with("take out of it what it does not use, or make two plugins of it"),
        }
    })
}

impl Count {
    fn take_all(&mut self, component: &[u8]) -> Result<(), Stop> {
        // Whatever the engine does not speak it refuses itself.
        let mut validator = Validator::new_with_features(WasmFeatures::all());
        for payload in Parser::new(0).parse_all(component) {
            let payload = payload?;
            // Before it is validated, which for a function is only begun here.
            match &payload {
                Payload::TypeSection(types) => self.take_types(types)?,
                Payload::CodeSectionStart { count, .. } => {
                    within("functions", add(&mut self.functions, u64::from(*count)), FUNCTIONS)?;
                }
                _ => {}
            }
            let valid = validator.payload(&payload)?;
            self.glue.take(&payload, validator.types(0))?;
            if let ValidPayload::Func(function, body) = valid {
                self.take_function(function, &body)?;
            }
        }
        Ok(())
    }

    fn take_types(&mut self, types: &TypeSectionReader<'_>) -> Result<(), Stop> {
        for group in types.clone() {
            for ty in group?.types() {
                within("types of functions", add(&mut self.types, 1), TYPES)?;
                if let CompositeInnerType::Func(function) = &ty.composite_type.inner {
                    within("parameters in a function", function.params().len() as u64, PARAMETERS)?;
                    within("results of a function", function.results().len() as u64, RESULTS)?;
                }
            }
        }
        Ok(())
    }

    fn take_function(
        &mut self,
        function: FuncToValidate<ValidatorResources>,
        body: &FunctionBody<'_>,
    ) -> Result<(), Stop> {
        within("bytes in a function", body.range().len() as u64, BODY)?;
        let work = self.body(function, body)?;
        within("steps in all functions, weighed by what they keep alive,", add(&mut self.work, work), ALL_WORK)
    }

    /// How much work a function is: its operators, with what each takes and gives, and at every place where ways part or join all
    /// values that may be alive there, which is what the compiler keeps book of. Loops in loops cost it far more than their number.
    fn body(&mut self, function: FuncToValidate<ValidatorResources>, body: &FunctionBody<'_>) -> Result<u64, Stop> {
        let mut validator = function.into_validator(std::mem::take(&mut self.spare));
        let mut operators = body.get_operators_reader()?;
        validator.read_locals(&mut body.get_binary_reader())?;
        let variables = u64::from(validator.len_locals());
        within("variables in a function", variables, VARIABLES)?;
        let (mut work, mut loops) = (EACH + variables, Loops::default());
        while !operators.eof() {
            let (operator, at) = operators.read_with_offset()?;
            let (taken, given) = operator.operator_arity(&validator).unwrap_or_default();
            validator.op(at, &operator)?;
            let alive = variables + u64::from(validator.operand_stack_height());
            let ways = match &operator {
                Operator::Block { .. } | Operator::If { .. } | Operator::Else | Operator::Br { .. } => 1,
                Operator::BrIf { .. } => 1,
                Operator::BrTable { targets } => 1 + u64::from(targets.len()),
                Operator::Loop { .. } => {
                    let kept = loops.enter(validator.control_stack_height(), alive)?;
                    work += kept * kept / LIGHT;
                    1
                }
                Operator::End => {
                    loops.leave(validator.control_stack_height());
                    0
                }
                _ => 0,
            };
            work += 1 + u64::from(taken) + u64::from(given) + ways * (alive + u64::from(taken));
            within("steps in a function, weighed by what they keep alive,", work, WORK)?;
        }
        self.spare = validator.into_allocations();
        Ok(work)
    }
}

/// The loops around a place: how deep each lies, and what is alive at its head.
#[derive(Default)]
struct Loops {
    open: Vec<(u32, u64)>,
    /// All that is alive at their heads.
    kept: u64,
}

impl Loops {
    fn enter(&mut self, depth: u32, alive: u64) -> Result<u64, Stop> {
        self.open.push((depth, alive));
        self.kept += alive;
        within("loops in one another", self.open.len() as u64, LOOPS)?;
        Ok(self.kept)
    }

    /// Something ended, and so deep is what is around it.
    fn leave(&mut self, depth: u32) {
        while let Some((_, alive)) = self.open.pop_if(|(own, _)| *own > depth) {
            self.kept -= alive;
        }
    }
}

/// Adds, and tells the sum.
fn add(sum: &mut u64, more: u64) -> u64 {
    *sum = sum.saturating_add(more);
    *sum
}

fn within(what: &'static str, found: u64, most: u64) -> Result<(), Stop> {
    if found <= most { Ok(()) } else { Err(Stop::TooMuch { what, found, most }) }
}
