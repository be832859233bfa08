//! Controls that take text: one line, many lines, secrets, a choice from a list, files, a search.
//! Put them in a [`crate::Field`]; standing alone they need `name` and `label`.

mod choice;
mod search;
mod select;
mod text;

pub use choice::{
    Checkbox, CheckboxProps, Checkboxes, CheckboxesProps, RadioCard, RadioCards, RadioCardsProps, Toggle,
    ToggleProps,
};
pub use search::{SearchBox, SearchBoxProps};
pub use select::{Choice, FileInput, FileInputProps, Select, SelectProps};
pub use text::{
    InputKind, PasswordInput, PasswordInputProps, TextArea, TextAreaProps, TextInput, TextInputProps,
};
