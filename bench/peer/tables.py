# What bench/commands times, by hand with pandas and scikit-learn: python tables.py FOLDER WHAT, where WHAT is draws, single or
# intervals and FOLDER holds what CommandTables wrote. Prints nothing; the caller takes the time.
import os
import sys
import tempfile

import numpy as np
import pandas as pd

FRACTIONS = (0.001, 0.01, 0.1, 0.5, 1.0)


def draws(folder, out, units):
    """Manifests of the whole table, and of five draws of each fraction below 1, of rows or of patients."""
    table = pd.read_csv(os.path.join(folder, "train.csv"))
    random = np.random.default_rng(0)
    if units == "patient":
        patients = table["Path"].str.extract("(patient[0-9]+)", expand=False)
        names = patients.unique()
        held = patients.isin(random.permutation(names)[: len(names) // 10])
        table[held].to_csv(os.path.join(out, "valid.csv"), index=False)
        table, patients = table[~held], patients[~held]
        names = patients.unique()
    table.to_csv(os.path.join(out, "train.csv"), index=False)
    table.to_csv(os.path.join(out, "pretrain.csv"), index=False)
    for fraction in FRACTIONS:
        for draw in range(5 if fraction < 1 else 1):
            if fraction == 1:
                chosen = table
            elif units == "row":
                chosen = table[random.random(len(table)) < fraction]
            else:
                count = max(1, round(fraction * len(names)))
                chosen = table[patients.isin(random.permutation(names)[:count])]
            chosen.to_csv(os.path.join(out, f"train_semi_{fraction:g}-it{draw}.csv"), index=False)


def intervals(folder, out):
    """95 % percentile intervals of the mean AUROC over draws and tasks, of 1,000 resamples of the studies."""
    from sklearn.metrics import roc_auc_score

    truth = pd.read_csv(os.path.join(folder, "groundtruth.csv")).iloc[:, 1:].to_numpy()
    scores = [pd.read_csv(os.path.join(folder, f"draw{d}.csv")).iloc[:, 1:].to_numpy() for d in range(5)]
    random = np.random.default_rng(0)
    found = np.empty((1000, len(scores), truth.shape[1]))
    for replicate in range(len(found)):
        rows = random.integers(0, len(truth), len(truth))
        for d, score in enumerate(scores):
            for task in range(truth.shape[1]):
                found[replicate, d, task] = roc_auc_score(truth[rows, task], score[rows, task])
    ends = np.percentile(found.mean(axis=1), [2.5, 97.5], axis=0)
    pd.DataFrame(ends).to_csv(os.path.join(out, "intervals.csv"), index=False)


folder, what = sys.argv[1:]
with tempfile.TemporaryDirectory() as out:
    if what == "intervals":
        intervals(folder, out)
    else:
        draws(folder, out, "row" if what == "draws" else "patient")
