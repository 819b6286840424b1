//! Where in a file something can be changed, and into what.

use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, ImplItem, Item, Lit, Stmt, TraitItem, UnOp};

use crate::files::is_compiled;
use crate::returns;

pub struct Site {
    pub function: String,
    pub line: usize,
    pub span: Range<usize>,
    pub form: Form,
    pub changes: Vec<Change>,
}

pub struct Change {
    /// For a reader.
    pub what: String,
    /// An expression or an operator, as the form needs it.
    pub with: String,
}

/// What stands at a site. Ranges are of bytes.
pub enum Form {
    /// The begin of a function's body.
    Body,
    /// `left operator right`, compared by reference or computed with values.
    Operator {
        left: Range<usize>,
        operator: Range<usize>,
        right: Range<usize>,
        is_compared: bool,
    },
    /// `left && right`, `left || right`
    Logic {
        operator: Range<usize>,
        is_and: bool,
    },
    /// `left += right`
    Assignment {
        left: Range<usize>,
        operator: Range<usize>,
    },
    /// `!value`
    Not,
    /// `if guard` of an arm, without the `if`.
    Guard,
    /// The pattern of an arm without a guard.
    Arm,
    Statement,
    Number,
}

pub fn of(text: &str) -> Vec<Site> {
    let file = syn::parse_file(text).expect("Rust");
    let mut finder = Finder { text, sites: Vec::new(), function: Vec::new() };
    finder.visit_file(&file);
    finder.sites
}

struct Finder<'a> {
    text: &'a str,
    sites: Vec<Site>,
    /// The names around the place that is looked at.
    function: Vec<String>,
}

impl Finder<'_> {
    fn add(&mut self, span: Span, form: Form, changes: Vec<Change>) {
        self.add_at(span.start().line, span.byte_range(), form, changes);
    }

    fn add_at(&mut self, line: usize, span: Range<usize>, form: Form, changes: Vec<Change>) {
        if !self.function.is_empty() && !changes.is_empty() {
            let function = self.function.join("::");
            self.sites.push(Site { function, line, span, form, changes });
        }
    }

    fn source(&self, span: Span) -> &str {
        &self.text[span.byte_range()]
    }

    fn within(&mut self, name: String, visit: impl FnOnce(&mut Self)) {
        self.function.push(name);
        visit(self);
        self.function.pop();
    }

    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        if signature.constness.is_some() {
            return;
        }
        self.within(signature.ident.to_string(), |finder| {
            let begin = block.brace_token.span.open();
            let changes = returns::of(&signature.output)
                .into_iter()
                .filter(|_| !block.stmts.is_empty())
                .map(|with| Change { what: format!("returns {}", short(&with)), with })
                .collect();
            let body = begin.byte_range().end..block.brace_token.span.close().byte_range().start;
            finder.add_at(signature.fn_token.span.start().line, body, Form::Body, changes);
            finder.visit_block(block);
        });
    }

    fn binary(&mut self, of: &syn::ExprBinary) {
        let operator = self.source(of.op.span()).to_owned();
        let (left, right) = (of.left.span().byte_range(), of.right.span().byte_range());
        let place = of.op.span().byte_range();
        let others = others(&of.op);
        let changes = others.iter().map(|other| change(&operator, other)).collect();
        match of.op {
            BinOp::And(_) | BinOp::Or(_) => {
                if !has_let(&of.left) && !has_let(&of.right) {
                    let is_and = matches!(of.op, BinOp::And(_));
                    self.add(of.span(), Form::Logic { operator: place, is_and }, changes);
                }
            }
            BinOp::AddAssign(_) | BinOp::SubAssign(_) | BinOp::BitOrAssign(_) | BinOp::BitAndAssign(_) => {
                self.add(of.span(), Form::Assignment { left, operator: place }, changes);
            }
            _ => {
                let is_compared = matches!(
                    of.op,
                    BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_)
                );
                self.add(of.span(), Form::Operator { left, operator: place, right, is_compared }, changes);
            }
        }
    }
}

fn change(from: &str, to: &str) -> Change {
    Change { what: format!("{from} becomes {to}"), with: to.to_owned() }
}

fn short(value: &str) -> String {
    let value = [
        "::std::option::Option::",
        "::std::result::Result::",
        "::std::task::",
        "::std::string::",
        "::std::default::Default::",
    ]
    .iter()
    .fold(value.to_owned(), |text, path| text.replace(path, ""));
    if value.is_empty() { "at once".to_owned() } else { value }
}

fn others(operator: &BinOp) -> &'static [&'static str] {
    match operator {
        BinOp::Eq(_) => &["!="],
        BinOp::Ne(_) => &["=="],
        BinOp::Lt(_) => &["<=", ">"],
        BinOp::Le(_) => &["<", ">"],
        BinOp::Gt(_) => &[">=", "<"],
        BinOp::Ge(_) => &[">", "<"],
        BinOp::And(_) => &["||"],
        BinOp::Or(_) => &["&&"],
        BinOp::Add(_) => &["-"],
        BinOp::Sub(_) => &["+"],
        BinOp::Mul(_) => &["/"],
        BinOp::Div(_) => &["*"],
        BinOp::Rem(_) => &["/"],
        BinOp::BitAnd(_) => &["|"],
        BinOp::BitOr(_) => &["&"],
        BinOp::Shl(_) => &[">>"],
        BinOp::Shr(_) => &["<<"],
        BinOp::AddAssign(_) => &["-="],
        BinOp::SubAssign(_) => &["+="],
        BinOp::BitOrAssign(_) => &["&="],
        BinOp::BitAndAssign(_) => &["|="],
        _ => &[],
    }
}

/// A condition with `let` is no expression that can stand elsewhere.
fn has_let(of: &Expr) -> bool {
    match of {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Fn(of) if is_compiled(&of.attrs) => self.function(&of.sig, &of.block),
            Item::Impl(of) if is_compiled(&of.attrs) => {
                let debug = of.trait_.as_ref().is_some_and(|(_, path, _)| {
                    path.segments.last().is_some_and(|last| last.ident == "Debug")
                });
                if !debug {
                    let name =
                        self.source(of.self_ty.span()).split('<').next().unwrap_or_default().to_owned();
                    self.within(name, |finder| of.items.iter().for_each(|item| finder.visit_impl_item(item)));
                }
            }
            Item::Trait(of) if is_compiled(&of.attrs) => {
                self.within(of.ident.to_string(), |finder| {
                    of.items.iter().for_each(|item| finder.visit_trait_item(item))
                });
            }
            Item::Mod(of) if is_compiled(&of.attrs) => visit::visit_item_mod(self, of),
            _ => {}
        }
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        if let ImplItem::Fn(of) = item
            && is_compiled(&of.attrs)
        {
            self.function(&of.sig, &of.block);
        }
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        if let TraitItem::Fn(of) = item
            && let Some(block) = &of.default
            && is_compiled(&of.attrs)
        {
            self.function(&of.sig, block);
        }
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        if let Stmt::Expr(of, Some(_)) = statement {
            let is_effect = matches!(
                of,
                Expr::MethodCall(_) | Expr::Call(_) | Expr::Assign(_) | Expr::Await(_) | Expr::Try(_)
            );
            if is_effect {
                let what = vec![Change { what: "left out".to_owned(), with: String::new() }];
                self.add(statement.span(), Form::Statement, what);
            }
        }
        match statement {
            Stmt::Local(of) if !is_compiled(&of.attrs) => {}
            _ => visit::visit_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, of: &'ast Expr) {
        match of {
            Expr::Block(block) if !is_compiled(&block.attrs) => return,
            Expr::Const(_) | Expr::Macro(_) => return,
            Expr::Repeat(repeat) => return self.visit_expr(&repeat.expr),
            Expr::Binary(binary) => self.binary(binary),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
                let changes = vec![Change { what: "! left out".to_owned(), with: String::new() }];
                self.add(of.span(), Form::Not, changes);
            }
            Expr::Lit(literal) => {
                if let Lit::Int(number) = &literal.lit
                    && let Ok(value) = number.base10_parse::<u64>()
                {
                    let with = format!("{}{}", value + 1, number.suffix());
                    let changes = vec![change(self.source(of.span()), &with)];
                    self.add(of.span(), Form::Number, changes);
                }
            }
            _ => {}
        }
        visit::visit_expr(self, of);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if !is_compiled(&arm.attrs) {
            return;
        }
        match &arm.guard {
            Some((_, guard)) if !has_let(guard) => {
                let always =
                    |value: &str| Change { what: format!("the guard is {value}"), with: value.to_owned() };
                self.add(guard.span(), Form::Guard, vec![always("true"), always("false")]);
            }
            None if !matches!(arm.pat, syn::Pat::Wild(_)) => {
                let what = format!(
                    "the arm {} is left out",
                    self.source(arm.pat.span()).split_whitespace().collect::<Vec<_>>().join(" ")
                );
                self.add(arm.pat.span(), Form::Arm, vec![Change { what, with: String::new() }]);
            }
            _ => {}
        }
        visit::visit_arm(self, arm);
    }

    // These hold no code that runs.
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
    fn visit_generic_argument(&mut self, _: &'ast syn::GenericArgument) {}
}
