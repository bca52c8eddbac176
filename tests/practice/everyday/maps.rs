//! Projections and polygons.

mod map_projections {
    use crate::checked;
    use autodiff_core::{Differentiable, differentiate};
    #[derive(Clone, Copy, Debug, Differentiable)]
    pub enum Projection {
        Mercator,
        Sinusoidal,
        LambertConformal { lat1: f64, lat2: f64, lat0: f64 },
        Stereographic { lat0: f64 },
    }

    #[derive(Debug, Clone)]
    pub enum ProjError {
        Pole,
        Antipode,
    }

    type Xy = (f64, f64);

    #[differentiate]
    impl Projection {
        pub fn forward(&self, lat: f64, lon: f64) -> Result<Xy, ProjError> {
            use std::f64::consts::FRAC_PI_4;
            Ok(match self {
                Projection::Mercator => {
                    if lat.abs() > 1.5 {
                        return Err(ProjError::Pole);
                    }
                    (lon, (FRAC_PI_4 + lat / 2.0).tan().ln())
                }
                Projection::Sinusoidal => (lon * lat.cos(), lat),
                &Projection::LambertConformal { lat1, lat2, lat0 } => {
                    let t = |phi: f64| (FRAC_PI_4 + phi / 2.0).tan();
                    let n = (lat1.cos() / lat2.cos()).ln() / (t(lat2) / t(lat1)).ln();
                    let f = lat1.cos() * t(lat1).powf(n) / n;
                    let rho = |phi: f64| f / t(phi).powf(n);
                    let (s, c) = (n * lon).sin_cos();
                    (rho(lat) * s, rho(lat0) - rho(lat) * c)
                }
                Projection::Stereographic { lat0 } => {
                    let k = 1.0 + lat0.sin() * lat.sin() + lat0.cos() * lat.cos() * lon.cos();
                    if k < 1e-9 {
                        return Err(ProjError::Antipode);
                    }
                    let k = 2.0 / k;
                    (k * lat.cos() * lon.sin(), k * (lat0.cos() * lat.sin() - lat0.sin() * lat.cos() * lon.cos()))
                }
            })
        }
    }

    #[differentiate]
    fn map_projections_value(x: &[f64]) -> f64 {
        let all = [
            Projection::Mercator,
            Projection::Sinusoidal,
            Projection::LambertConformal { lat1: 0.5, lat2: 0.8, lat0: 0.6 },
            Projection::Stereographic { lat0: 0.4 },
        ];
        all.iter().filter_map(|p| p.forward(x[0], x[1]).ok()).map(|(px, py)| px * x[2] + py * py * x[3]).sum()
    }

    mod checks {
        use super::*;
        checked!(map_projections_value map_projections_value_grad map_projections_value_vjp map_projections_value_jvp: 4, -1.0, 1.0, |v| (v), d => d);
    }
}

mod polygon_geometry {
    use crate::checked;
    use autodiff_core::differentiate;
    type P2 = (f64, f64);

    #[differentiate]
    fn shoelace(poly: &[P2]) -> f64 {
        let n = poly.len();
        0.5 * (0..n)
            .map(|i| {
                let (a, b) = (poly[i], poly[(i + 1) % n]);
                a.0 * b.1 - b.0 * a.1
            })
            .sum::<f64>()
    }

    #[differentiate]
    fn centroid(poly: &[P2]) -> P2 {
        let a = shoelace(poly);
        let (cx, cy) = poly.iter().zip(poly.iter().cycle().skip(1)).fold((0.0, 0.0), |(cx, cy), (&(x0, y0), &(x1, y1))| {
            let w = x0 * y1 - x1 * y0;
            (cx + (x0 + x1) * w, cy + (y0 + y1) * w)
        });
        (cx / (6.0 * a), cy / (6.0 * a))
    }

    #[differentiate]
    fn clip_half_plane(poly: &[P2], nx: f64, ny: f64, d: f64) -> Vec<P2> {
        let side = |p: &P2| p.0 * nx + p.1 * ny - d;
        let mut out = Vec::new();
        for (i, cur) in poly.iter().enumerate() {
            let prev = &poly[(i + poly.len() - 1) % poly.len()];
            let (sc, sp) = (side(cur), side(prev));
            if (sc >= 0.0) != (sp >= 0.0) {
                let t = sp / (sp - sc);
                out.push((prev.0 + t * (cur.0 - prev.0), prev.1 + t * (cur.1 - prev.1)));
            }
            if sc >= 0.0 {
                out.push(*cur);
            }
        }
        out
    }

    #[differentiate]
    fn polygon_geometry_value(x: &[f64]) -> f64 {
        let square = [(2.0 + x[0], 0.2 * x[1]), (2.0, 2.0 + x[2]), (-2.0 + 0.3 * x[3], 2.0), (-2.0, -2.0 + x[4] * 0.3), (0.5 * x[5], -3.0)];
        let clipped = clip_half_plane(&square, 0.6 + 0.1 * x[6], 0.8, -0.5 + 0.2 * x[7]);
        let c = centroid(&clipped);
        shoelace(&clipped) + c.0 * x[8] + c.1 * x[9]
    }

    mod checks {
        use super::*;
        checked!(polygon_geometry_value polygon_geometry_value_grad polygon_geometry_value_vjp polygon_geometry_value_jvp: 10, -1.0, 1.0, |v| (v), d => d);
    }
}
