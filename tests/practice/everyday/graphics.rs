//! Light, colours, coverage of pixels.

mod ggx_brdf {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    type V3 = [f64; 3];

    #[inline]
    #[differentiate]
    fn dot(a: &V3, b: &V3) -> f64 {
        a.iter().zip(b.iter()).map(|(x, y)| x * y).sum()
    }

    #[differentiate]
    fn normalize(v: V3) -> V3 {
        let l = dot(&v, &v).sqrt();
        v.map(|c| c / l)
    }

    #[derive(Clone, Debug, Differentiable)]
    pub struct Material {
        pub base_color: V3,
        pub roughness: f64,
        pub metallic: f64,
    }

    #[differentiate]
    impl Material {
        fn d_ggx(&self, n_dot_h: f64) -> f64 {
            let a2 = self.roughness.powi(4);
            let d = (n_dot_h * n_dot_h) * (a2 - 1.0) + 1.0;
            a2 / (std::f64::consts::PI * d * d)
        }
        fn v_smith(&self, n_dot_v: f64, n_dot_l: f64) -> f64 {
            let a2 = self.roughness.powi(4);
            let gv = n_dot_l * (n_dot_v * n_dot_v * (1.0 - a2) + a2).sqrt();
            let gl = n_dot_v * (n_dot_l * n_dot_l * (1.0 - a2) + a2).sqrt();
            0.5 / (gv + gl).max(1e-5)
        }
        pub fn shade(&self, n: V3, v: V3, l: V3) -> V3 {
            let h = normalize(std::array::from_fn(|i| v[i] + l[i]));
            let [n_dot_v, n_dot_l, n_dot_h, v_dot_h] = [(&n, &v), (&n, &l), (&n, &h), (&v, &h)].map(|(a, b)| dot(a, b).max(1e-4));
            let f0 = self.base_color.map(|c| 0.04 * (1.0 - self.metallic) + c * self.metallic);
            let fresnel = |f0: f64| f0 + (1.0 - f0) * (1.0 - v_dot_h).powi(5);
            let spec = self.d_ggx(n_dot_h) * self.v_smith(n_dot_v, n_dot_l);
            let mut out = [0.0; 3];
            for (i, o) in out.iter_mut().enumerate() {
                let f = fresnel(f0[i]);
                let diffuse = (1.0 - f) * (1.0 - self.metallic) * self.base_color[i] * std::f64::consts::FRAC_1_PI;
                *o = (diffuse + spec * f) * n_dot_l;
            }
            out
        }
    }

    #[differentiate]
    fn ggx_brdf_value(x: &[f64]) -> f64 {
        let m = Material { base_color: [x[0], x[1], x[2]], roughness: x[3], metallic: x[4] };
        let [r, g, b] = m.shade([0.0, 0.0, 1.0], normalize([x[5], 0.1, 1.0]), normalize([-0.3, x[6], x[7]]));
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    mod checks {
        use super::*;
        checked!(ggx_brdf_value ggx_brdf_value_grad ggx_brdf_value_vjp ggx_brdf_value_jvp: 8, 0.2, 0.9, |v| (v), d => d);
    }
}

mod tone_map {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Debug, Clone, Copy, Differentiable)]
    pub enum ToneMap {
        Reinhard { white: f64 },
        Aces,
        Exposure(f64),
        Clamp,
    }

    #[differentiate]
    fn tone_map(rgb: [f64; 3], op: ToneMap) -> [f64; 3] {
        match op {
            ToneMap::Reinhard { white } => rgb.map(|c| c * (1.0 + c / (white * white)) / (1.0 + c)),
            ToneMap::Aces => {
                let (a, b, c, d, e) = (2.51, 0.03, 2.43, 0.59, 0.14);
                rgb.map(|x| ((x * (a * x + b)) / (x * (c * x + d) + e)).clamp(0.0, 1.0))
            }
            ToneMap::Exposure(ev) => rgb.map(|c| 1.0 - (-c * ev.exp2()).exp()),
            ToneMap::Clamp => rgb.map(|c| c.min(1.0)),
        }
    }

    #[differentiate]
    fn linear_to_srgb(c: f64) -> f64 {
        if c <= 0.0031308 { 12.92 * c } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 }
    }

    #[differentiate]
    fn tone_map_value(x: &[f64]) -> f64 {
        let ops = [ToneMap::Aces, ToneMap::Reinhard { white: 4.0 }, ToneMap::Exposure(-0.5), ToneMap::Clamp];
        let mut acc = 0.0;
        let (pixels, _) = x.as_chunks::<3>();
        for (op, &px) in ops.iter().flat_map(|op| pixels.iter().map(move |p| (op, p))) {
            let mapped = tone_map(px, *op).map(linear_to_srgb);
            acc += mapped[0] + 2.0 * mapped[1] * mapped[2];
        }
        acc
    }

    mod checks {
        use super::*;
        checked!(tone_map_value tone_map_value_grad tone_map_value_vjp tone_map_value_jvp: 6, 0.1, 3.0, |v| (v), d => d);
    }
}

mod soft_raster {
    use crate::checked;
    use autodiff_core::differentiate;
    #[differentiate]
    fn edge(a: (f64, f64), b: (f64, f64), p: (f64, f64)) -> f64 {
        (p.0 - a.0) * (b.1 - a.1) - (p.1 - a.1) * (b.0 - a.0)
    }

    #[differentiate]
    fn sigmoid(x: f64) -> f64 {
        if x >= 0.0 {
            1.0 / (1.0 + (-x).exp())
        } else {
            let e = x.exp();
            e / (1.0 + e)
        }
    }

    #[differentiate]
    fn soft_coverage<const W: usize, const H: usize>(tri: &[(f64, f64); 3], sharpness: f64) -> [[f64; W]; H] {
        let mut img = [[0.0; W]; H];
        let area = edge(tri[0], tri[1], tri[2]);
        let orient = area.signum();
        for (j, row) in img.iter_mut().enumerate() {
            for (i, px) in row.iter_mut().enumerate() {
                let p = ((i as f64 + 0.5) / W as f64, (j as f64 + 0.5) / H as f64);
                *px = (0..3).map(|k| sigmoid(sharpness * orient * edge(tri[k], tri[(k + 1) % 3], p))).product();
            }
        }
        img
    }

    #[differentiate]
    fn soft_raster_value(x: &[f64]) -> f64 {
        let tri = [(x[0], x[1]), (x[2], x[3]), (x[4], x[5])];
        let img = soft_coverage::<4, 3>(&tri, 5.0 + x[6]);
        img.iter().flatten().zip(1..).map(|(&p, k)| (p - 0.1 * k as f64).powi(2)).sum()
    }

    mod checks {
        use super::*;
        checked!(soft_raster_value soft_raster_value_grad soft_raster_value_vjp soft_raster_value_jvp: 7, 0.1, 0.9, |v| (v), d => d);
    }
}

mod volume_render {
    use crate::checked;
    use autodiff_core::differentiate;
    /// Front-to-back compositing with early termination.
    #[differentiate]
    fn composite(sigmas: &[f64], colors: &[[f64; 3]], dt: f64) -> ([f64; 3], f64) {
        assert_eq!(sigmas.len(), colors.len());
        let mut transmittance = 1.0;
        let mut rgb = [0.0; 3];
        for (sigma, color) in sigmas.iter().zip(colors) {
            let alpha = -(-sigma * dt).exp_m1();
            let w = transmittance * alpha;
            rgb.iter_mut().zip(color).for_each(|(o, c)| *o += w * c);
            transmittance *= 1.0 - alpha;
            if transmittance < 1e-4 {
                break;
            }
        }
        (rgb, 1.0 - transmittance)
    }

    #[differentiate]
    fn volume_render_value(x: &[f64]) -> f64 {
        let (sigmas, rest) = x.split_at(4);
        let colors: Vec<[f64; 3]> = rest[..6].windows(3).map(|w| [w[0], w[1], w[2]]).collect();
        let ([r, g, b], opacity) = composite(sigmas, &colors, 0.3);
        r - 0.5 * g + b * b + opacity.ln()
    }

    mod checks {
        use super::*;
        checked!(volume_render_value volume_render_value_grad volume_render_value_vjp volume_render_value_jvp: 10, 0.1, 1.5, |v| (v), d => d);
    }
}
