//! What api/palabra.json says: functions, the codes that they may return, and where the fields of structs are.

use std::collections::BTreeMap;

use serde_json::Value;

use super::functions;

pub struct Param {
    pub name: String,
    pub kind: String,
}

pub struct Function {
    pub name: String,
    pub params: Vec<Param>,
    pub returns: String,
    pub statuses: Vec<i32>,
    /// It may also return the reason why a session closed.
    pub tells_the_end: bool,
    pub address: unsafe extern "C" fn(),
}

/// A field that holds no other ones; those of a struct inside of another have both names.
#[derive(Clone)]
pub struct Field {
    pub name: String,
    pub kind: String,
    pub offset: usize,
}

#[derive(Clone, Default)]
pub struct Struct {
    pub fields: Vec<Field>,
    pub size: usize,
    pub align: usize,
    pub is_sized: bool,
}

pub struct Api {
    pub functions: Vec<Function>,
    pub structs: BTreeMap<String, Struct>,
    pub enums: Vec<String>,
    /// Every code by its name.
    pub codes: BTreeMap<String, i32>,
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

impl Api {
    pub fn read() -> Api {
        let api: Value =
            serde_json::from_str(include_str!("../../../api/palabra.json")).expect("a description");
        let pages: Vec<&Value> = list(&api, "pages").collect();
        let enums: Vec<&Value> = pages.iter().flat_map(|page| list(page, "enums")).collect();
        let codes = enums.iter().flat_map(|of| list(of, "values"));
        let codes =
            codes.map(|value| (text(&value["name"]), value["value"].as_i64().expect("a number") as i32));
        let mut read = Api {
            functions: Vec::new(),
            structs: BTreeMap::new(),
            enums: enums.iter().map(|of| text(&of["name"])).collect(),
            codes: codes.filter(|(name, _)| name.starts_with("PALABRA_ERR_")).collect(),
        };
        // A struct stands before those that contain it, but perhaps on another page.
        let mut structs: Vec<&Value> = pages.iter().flat_map(|page| list(page, "structs")).collect();
        while !structs.is_empty() {
            let before = structs.len();
            structs.retain(|of| !read.add_struct(of));
            assert!(structs.len() < before, "structs contain each other");
        }
        for function in pages.iter().flat_map(|page| list(page, "functions")) {
            let function = read.function(function, &api["error_groups"]);
            read.functions.push(function);
        }
        assert_eq!(read.functions.len(), functions::ALL.len(), "functions.rs lists every function");
        read
    }

    fn function(&self, of: &Value, groups: &Value) -> Function {
        let name = text(&of["name"]);
        let grouped =
            list(of, "error_groups").flat_map(|group| list(groups, group.as_str().expect("a name")));
        let own = list(of, "errors").chain(grouped).map(|error| &error["status"]);
        let statuses =
            own.chain(list(of, "general_errors")).map(|status| self.codes[&text(status)]).collect();
        let param = |of: &Value| Param { name: text(&of["name"]), kind: text(&of["type"]) };
        let address = functions::ALL.iter().find(|(known, _)| *known == name);
        let address = address.unwrap_or_else(|| panic!("functions.rs lacks {name}")).1;
        let params = list(of, "params").map(param).collect();
        let tells_the_end = text(&of["return_doc"]).contains("the status of the CLOSED event");
        Function { name, params, returns: text(&of["returns"]), statuses, tells_the_end, address }
    }

    /// As a C compiler places the fields. `false`: a struct inside of it is not known yet.
    fn add_struct(&mut self, of: &Value) -> bool {
        let (mut all, mut end) = (Struct { align: 1, ..Struct::default() }, 0usize);
        for field in list(of, "fields") {
            let (name, kind) = (text(&field["name"]), text(&field["type"]));
            let count = field["array"].as_u64().unwrap_or(0).max(1) as usize;
            let inner = self.structs.get(&kind).cloned();
            let known = inner.as_ref().map(|of| (of.size, of.align)).or_else(|| self.size_of(&kind));
            let Some((size, align)) = known else { return false };
            end = end.next_multiple_of(align);
            all.align = all.align.max(align);
            match inner {
                Some(inner) => all.fields.extend(inner.fields.into_iter().map(|field| Field {
                    name: format!("{name}.{}", field.name),
                    offset: end + field.offset,
                    ..field
                })),
                None => all.fields.push(Field { name, kind, offset: end }),
            }
            end += size * count;
        }
        all.size = end.next_multiple_of(all.align);
        all.is_sized = of["sized"] == true;
        self.structs.insert(text(&of["name"]), all);
        true
    }

    /// Size and alignment of what is no struct.
    fn size_of(&self, kind: &str) -> Option<(usize, usize)> {
        let size = match kind {
            "char" => 1,
            "int32_t" | "uint32_t" => 4,
            "int64_t" | "uint64_t" => 8,
            _ if kind.ends_with('*') || kind.ends_with("_callback") => 8,
            _ if self.enums.iter().any(|known| known == kind) => 4,
            _ => return None,
        };
        Some((size, size))
    }
}
