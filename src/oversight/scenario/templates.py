"""The files to start from that `oversight new` writes."""

POLICY = """\
name: {name}
title: {title}
description: Random inspections and one fine for everyone.
units: {{money: million EUR, period: year}}
sources:                     # say where a number comes from; without that it is shown as an assumption
  sanction.amount: {{kind: assumption, note: A round number to start from.}}
monitoring:                  # `oversight list monitoring` shows the other kinds
  kind: random_audit
  rate: 0.2                  # probability that an actor is inspected in a period
  cost_per_inspection: 0.05
detector:
  sensitivity: 0.9           # probability that an inspected violator is found out
  false_positive_rate: 0.0
sanction:                    # `oversight list sanctions` shows the other kinds
  kind: fixed
  amount: 4.0
"""

EXPERIMENT = """\
name: {name}
question: How often must we inspect, and how much must we fine, for behaving well to pay?
policy: ../policies/{name}.yaml
population:                  # `oversight list actors` shows the other kinds
  - kind: rational           # violates when the gain exceeds the expected sanction
    size: 1000
    gain: {{kind: exponential, mean: 1.0}}
    harm: {{kind: constant, value: 2.0}}
periods: 100
burn_in: 10
seed: 0
replicates: 10
sweep:
  kind: grid
  parameters:
    policy.monitoring.rate: {{start: 0.0, stop: 1.0, num: 21}}
    policy.sanction.amount: {{values: [1, 2, 4, 8]}}
"""
