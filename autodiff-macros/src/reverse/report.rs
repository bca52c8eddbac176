//! What each loop keeps for the reverse sweep, and why: part of the documentation of the siblings.

use super::{BTreeMap, Expr, HashMap, Place, Region, Reverse, Var};
use crate::ir::{Callee, ForLoop};

/// What is known of the loops so far, by body.
#[derive(Default)]
pub(super) struct Report {
    loops: BTreeMap<Region, Loop>,
    /// What values stand for that were overwritten.
    old: HashMap<Var, String>,
}

#[derive(Default)]
struct Loop {
    head: String,
    /// Per iteration.
    kept: Vec<String>,
    /// In front of the loop.
    ahead: Vec<String>,
    again: usize,
    /// Instead of all that.
    instead: Option<String>,
}

impl Reverse<'_> {
    pub(super) fn report_for(&mut self, l: &ForLoop) {
        let (start, end) = (self.text(&l.counter.start), self.text(&l.counter.end));
        let dots = if l.counter.inclusive { "..=" } else { ".." };
        let head = format!("for {} in {start}{dots}{end}", self.info(l.var).name);
        self.report_head(l.body.region, head);
    }

    pub(super) fn report_head(&mut self, body: Region, head: String) {
        self.report.loops.entry(body).or_default().head = head;
    }

    pub(super) fn report_instead(&mut self, body: Region, text: &str) {
        self.report.loops.entry(body).or_default().instead = Some(text.to_string());
    }

    pub(super) fn report_old(&mut self, old: Var, place: &Place) {
        let text = format!("the old `{}`", self.text(&Expr::Read(place.clone())));
        self.report.old.insert(old, text);
    }

    pub(super) fn report_ahead(&mut self, body: Region, place: &Place) {
        let text = format!("the elements of `{}` that it overwrites", self.text(&Expr::Read(place.clone())));
        self.report.loops.entry(body).or_default().ahead.push(text);
    }

    /// Values that a region keeps or computes again belong to the innermost loop around it.
    pub(super) fn report_values(&mut self, region: Region, kept: &[Var], again: usize) {
        let Some(body) = self.loop_of(region) else { return };
        let texts: Vec<String> = kept.iter().map(|v| self.described(*v)).collect();
        let entry = self.report.loops.entry(body).or_default();
        entry.kept.extend(texts);
        entry.again += again;
    }

    pub(super) fn report_slice(&mut self, place: &Place) {
        let text = format!("a copy of `{}`", self.text(&Expr::Read(place.clone())));
        if let Some(body) = self.loop_of(self.region) {
            self.report.loops.entry(body).or_default().kept.push(text);
        }
    }

    fn loop_of(&self, region: Region) -> Option<Region> {
        let mut at = Some(region);
        while let Some(r) = at {
            let info = &self.f.regions[r.0 as usize];
            if info.is_loop {
                return Some(r);
            }
            at = info.parent;
        }
        None
    }

    fn text(&self, e: &Expr) -> String {
        crate::emit::tidy(&crate::emit::expr_tokens(&self.f.vars, e).to_string())
    }

    fn described(&self, v: Var) -> String {
        if let Some(old) = self.report.old.get(&v) {
            return old.clone();
        }
        if let Some(y) = self.pulled.get(&v) {
            return format!("the pullback of {}", self.short(*y));
        }
        self.short(v)
    }

    /// What a value is computed from, or its name where that is long.
    fn short(&self, v: Var) -> String {
        const LONG: usize = 40;
        match self.defs.get(&v) {
            Some(Expr::Call(call)) => {
                let name = match &call.callee {
                    Callee::Function(path) => path.segments.last().map(|s| s.ident.to_string()),
                    Callee::Associated(path) => path.path.segments.last().map(|s| s.ident.to_string()),
                    Callee::Method(name, _) => Some(name.to_string()),
                };
                format!("`{}(..)`", name.unwrap_or_default())
            }
            Some(e) => {
                Some(self.text(e)).filter(|t| t.len() <= LONG).map_or_else(|| format!("`{}`", self.info(v).name), |t| format!("`{t}`"))
            }
            None => format!("`{}`", self.info(v).name),
        }
    }

    /// As a list for documentation; empty without loops.
    pub(super) fn reported(&self) -> String {
        let mut out = String::new();
        for (body, l) in &self.report.loops {
            let mut depth = 0;
            let mut at = self.f.regions[body.0 as usize].parent;
            while let Some(r) = at {
                depth += usize::from(self.report.loops.contains_key(&r));
                at = self.f.regions[r.0 as usize].parent;
            }
            let mut parts = Vec::new();
            if let Some(instead) = &l.instead {
                parts.push(instead.clone());
            } else {
                if !l.ahead.is_empty() {
                    parts.push(format!("keeps {} in front of it, at once", l.ahead.join(", ")));
                }
                if !l.kept.is_empty() {
                    parts.push(format!(
                        "keeps for each iteration {}; the reverse sweep reads that, and the next iteration overwrites it",
                        l.kept.join(", ")
                    ));
                }
                if parts.is_empty() {
                    parts.push("keeps nothing".to_string());
                }
                match l.again {
                    0 => {}
                    1 => parts.push("computes one value again".to_string()),
                    n => parts.push(format!("computes {n} values again")),
                }
            }
            out += &format!("\n {}- `{}`: {}", "  ".repeat(depth), l.head, parts.join("; "));
        }
        if out.is_empty() {
            return out;
        }
        format!("\n\n Loops, and what they keep for the reverse sweep:\n{out}")
    }
}
