//! Games.
use autodiff_core::{Differentiable, differentiate};

#[derive(Debug, Clone, Copy, PartialEq, Differentiable)]
struct Projectile {
    pub pos: (f64, f64),
    pub vel: (f64, f64),
    pub mass: f64,
}

#[derive(Debug, Clone, Copy, Differentiable)]
struct World {
    pub gravity: f64,
    pub drag: f64,
    pub wind: f64,
}

impl Default for World {
    fn default() -> Self {
        World { gravity: 9.81, drag: 0.02, wind: 0.0 }
    }
}

impl Projectile {
    #[differentiate]
    fn step(&mut self, world: &World, dt: f64) {
        let (vx, vy) = self.vel;
        let rx = vx - world.wind;
        let speed = (rx * rx + vy * vy).sqrt();
        let ax = -world.drag * speed * rx / self.mass;
        let ay = -world.gravity - world.drag * speed * vy / self.mass;
        self.vel.0 += ax * dt;
        self.vel.1 += ay * dt;
        self.pos.0 += self.vel.0 * dt;
        self.pos.1 += self.vel.1 * dt;
    }
}

/// Where a shot lands, with the last step interpolated to the ground.
#[differentiate]
fn landing_miss(angle: f64, speed: f64, drag: f64, target: f64) -> f64 {
    let world = World { drag, ..World::default() };
    let mut p = Projectile { pos: (0.0, 1.5), vel: (speed * angle.cos(), speed * angle.sin()), mass: 1.2 };
    let mut previous = p;
    let dt = 0.02;
    let mut steps = 0;
    while p.pos.1 > 0.0 && steps < 2000 {
        previous = p;
        p.step(&world, dt);
        steps += 1;
    }
    debug_assert!(steps < 2000);
    let frac = previous.pos.1 / (previous.pos.1 - p.pos.1);
    let x = previous.pos.0 + frac * (p.pos.0 - previous.pos.0);
    (x - target).abs()
}

/// Damped spring-mass chain, Verlet; out-parameter for the forces.
#[differentiate]
fn spring_forces(x: &[f64], stiffness: f64, rest: f64, f: &mut [f64]) {
    f.fill(0.0);
    for i in 0..x.len() - 1 {
        let stretch = x[i + 1] - x[i] - rest;
        let force = stiffness * stretch + 0.1 * stiffness * stretch.powi(3);
        f[i] += force;
        f[i + 1] -= force;
    }
}

#[differentiate]
fn chain_energy(x0: &[f64], stiffness: f64, damping: f64, steps: u32) -> f64 {
    let n = x0.len();
    let mut x = x0.to_vec();
    let mut v = vec![0.0; n];
    let mut f = vec![0.0; n];
    let dt = 0.05;
    for _ in 0..steps {
        spring_forces(&x, stiffness, 1.0, &mut f);
        for i in 0..n {
            v[i] = (v[i] + dt * f[i]) * (1.0 - damping * dt);
            x[i] += dt * v[i];
        }
    }
    let kinetic: f64 = v.iter().map(|v| 0.5 * v * v).sum();
    let potential: f64 = x.windows(2).map(|w| 0.5 * stiffness * (w[1] - w[0] - 1.0).powi(2)).sum();
    kinetic + potential
}

#[derive(Debug, Clone, Copy, Differentiable)]
enum Action {
    Attack { target: usize },
    Flee,
    Heal(u32),
    Idle,
}

#[derive(Debug, Clone, Differentiable)]
struct Agent {
    pub health: f64,
    pub courage: f64,
    pub distances: Vec<f64>,
}

/// Utility AI: response curves per action.
#[differentiate]
fn utility(agent: &Agent, action: &Action, weights: &[f64; 4]) -> f64 {
    let hurt = 1.0 - agent.health;
    match action {
        Action::Attack { target } => {
            let d = agent.distances[*target];
            weights[0] * agent.courage * (-d / 5.0).exp()
        }
        Action::Flee => {
            let nearest = agent.distances.iter().cloned().fold(f64::INFINITY, f64::min);
            weights[1] * hurt * hurt / (1.0 + nearest)
        }
        &Action::Heal(potions) if potions > 0 => weights[2] * hurt * (potions as f64).ln_1p(),
        Action::Heal(_) => 0.0,
        Action::Idle => weights[3],
    }
}

/// Soft choice among actions.
#[differentiate]
fn expected_reward(agent: &Agent, actions: &[Action], rewards: &[f64], weights: &[f64; 4], temperature: f64) -> f64 {
    let mut z = 0.0;
    let mut acc = 0.0;
    for (action, reward) in actions.iter().zip(rewards.iter()) {
        let w = (utility(agent, action, weights) / temperature).exp();
        z += w;
        acc += w * reward;
    }
    acc / z
}

#[derive(Clone, Debug, Default, Differentiable)]
struct Pid {
    pub kp: f64,
    pub ki: f64,
    pub kd: f64,
    integral: f64,
    last_error: Option<f64>,
}

impl Pid {
    #[differentiate]
    fn update(&mut self, error: f64, dt: f64) -> f64 {
        self.integral = (self.integral + error * dt).clamp(-2.0, 2.0);
        let derivative = match self.last_error {
            Some(last) => (error - last) / dt,
            None => 0.0,
        };
        self.last_error = Some(error);
        self.kp * error + self.ki * self.integral + self.kd * derivative
    }
}

#[differentiate]
fn pid_cost(kp: f64, ki: f64, kd: f64, setpoint: f64) -> f64 {
    let mut pid = Pid { kp, ki, kd, ..Default::default() };
    let (mut x, mut v) = (0.0, 0.0);
    let dt = 0.05;
    let mut cost = 0.0;
    for _ in 0..60 {
        let e = setpoint - x;
        let u = pid.update(e, dt).min(10.0).max(-10.0);
        v += dt * (u - 0.5 * v - 2.0 * x);
        x += dt * v;
        cost += dt * (e * e + 0.001 * u * u);
    }
    cost
}

/// Elo / Bradley-Terry rating from a list of games.
#[differentiate]
fn elo_log_loss(ratings: &[f64], games: &[(usize, usize, f64)], k: f64) -> f64 {
    let mut r = ratings.to_vec();
    let mut loss = 0.0;
    for &(a, b, score) in games {
        let expected = 1.0 / (1.0 + 10f64.powf((r[b] - r[a]) / 4.0));
        loss -= score * expected.ln() + (1.0 - score) * (1.0 - expected).ln();
        let delta = k * (score - expected);
        r[a] += delta;
        r[b] -= delta;
    }
    loss
}

/// Steering of a boid flock: cohesion, separation, alignment.
#[differentiate]
fn flock_disorder(pos: &[[f64; 2]], vel: &[[f64; 2]], weights: (f64, f64, f64), steps: usize) -> f64 {
    let n = pos.len();
    let mut p = pos.to_vec();
    let mut v = vel.to_vec();
    let (wc, ws, wa) = weights;
    for _ in 0..steps {
        let snapshot = p.clone();
        let old_v = v.clone();
        for i in 0..n {
            let mut acc = [0.0, 0.0];
            for j in (0..n).filter(|&j| j != i) {
                let d = [snapshot[j][0] - snapshot[i][0], snapshot[j][1] - snapshot[i][1]];
                let r2 = d[0] * d[0] + d[1] * d[1] + 0.01;
                for c in 0..2 {
                    acc[c] += wc * d[c] - ws * d[c] / r2 + wa * (old_v[j][c] - old_v[i][c]);
                }
            }
            v[i][0] += 0.1 * acc[0];
            v[i][1] += 0.1 * acc[1];
        }
        for (pi, vi) in p.iter_mut().zip(&v) {
            pi[0] += 0.1 * vi[0];
            pi[1] += 0.1 * vi[1];
        }
    }
    let mean: [f64; 2] = std::array::from_fn(|c| v.iter().map(|x| x[c]).sum::<f64>() / n as f64);
    v.iter().map(|x| (x[0] - mean[0]).powi(2) + (x[1] - mean[1]).powi(2)).sum()
}

/// Bouncing ball with event handling.
#[differentiate]
fn bounce_height(h0: f64, v0: f64, restitution: f64) -> f64 {
    let (mut h, mut v) = (h0, v0);
    let g = 9.81;
    let mut bounces = 0u8;
    let mut best: f64 = 0.0;
    loop {
        let impact = (v * v + 2.0 * g * h).sqrt();
        let t = (v + impact) / g;
        if t < 1e-3 || bounces >= 4 {
            break best;
        }
        h = 0.0;
        v = restitution * impact;
        bounces += 1;
        if bounces >= 2 {
            best += v * v / (2.0 * g);
        }
    }
}

mod checks {
    use super::*;
    use crate::checked;
    checked!(landing_miss landing_miss_grad landing_miss_vjp landing_miss_jvp: 4, 0.55, 0.9,
        |v| (v[0], v[1] + 8.0, 0.1 + v[2] - 0.5, v[3]));
    checked!(chain_energy chain_energy_grad chain_energy_vjp chain_energy_jvp: 6, 0.5, 1.5,
        |v| (&[v[0], v[1] + 1.0, v[2] + 2.0, v[3] + 3.0], v[4], v[5], 20),
        d => (&d[0..4], d[4], d[5]));
    fn agent(v: &[f64]) -> Agent {
        Agent { health: v[0], courage: v[1], distances: v[2..5].to_vec() }
    }
    checked!(expected_reward expected_reward_grad expected_reward_vjp expected_reward_jvp: 15, 0.1, 0.9,
        |v| (&agent(v), &[Action::Attack { target: 1 }, Action::Flee, Action::Heal(2), Action::Heal(0), Action::Idle], &v[5..10], &[v[10], v[11], v[12], v[13]], v[14]));
    checked!(pid_cost pid_cost_grad pid_cost_vjp pid_cost_jvp: 4, 0.5, 2.0,
        |v| (v[0], v[1], v[2], v[3]),
        d => (d[0], d[1], d[2], d[3]));
    checked!(elo_log_loss elo_log_loss_grad elo_log_loss_vjp elo_log_loss_jvp: 7, 0.1, 0.9,
        |v| (&v[0..3], &[(0, 1, v[3]), (1, 2, v[4]), (2, 0, v[5])], v[6]));
    fn two(v: &[f64]) -> Vec<[f64; 2]> {
        v.chunks(2).map(|c| [c[0], c[1]]).collect()
    }
    checked!(flock_disorder flock_disorder_grad flock_disorder_vjp flock_disorder_jvp: 15, -1., 1.,
        |v| (&two(&v[0..6]), &two(&v[6..12]), (v[12], v[13], v[14]), 3),
        d => (&two(&d[0..6]), &two(&d[6..12]), (d[12], d[13], d[14])));
    checked!(bounce_height bounce_height_grad bounce_height_vjp bounce_height_jvp: 3, 0.5, 0.9,
        |v| (v[0], v[1], v[2]),
        d => (d[0], d[1], d[2]));
}
