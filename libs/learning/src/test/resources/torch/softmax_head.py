# Makes fixtures/softmax_head.json: heads whose classes exclude each other, and studies of three classes.
#   python softmax_head.py > ../fixtures/softmax_head.json   (torch, scikit-learn, scipy)
import json

import numpy as np
import torch
import torch.nn.functional as F
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score

N, D, CLASSES, PENALTY = 90, 5, 3, 0.02
rng = np.random.default_rng(20)
classes = rng.integers(0, CLASSES, N)
features = (rng.normal(size=(N, D)) + 1.2 * np.eye(CLASSES, D)[classes]).astype(np.float32)

# mean loss + PENALTY / 2 · |w|², the biases free: C is 1 / (N · PENALTY).
fit = LogisticRegression(C=1 / (N * PENALTY), tol=1e-12, max_iter=10_000).fit(features.astype(float), classes)
probabilities = fit.predict_proba(features.astype(float))

sharp = probabilities**2.5
sharp /= sharp.sum(axis=1, keepdims=True)


def scaled(p, t):
    q = np.exp(np.log(p) / t)
    return q / q.sum(axis=1, keepdims=True)


best = minimize_scalar(
    lambda s: log_loss(classes, scaled(sharp, np.exp(s))), bounds=(-4, 4), method="bounded", options={"xatol": 1e-10}
)

logits = torch.tensor(rng.normal(size=(6, CLASSES)) * 2, dtype=torch.float64, requires_grad=True)
targets = torch.tensor([0, 1, -1, 2, 2, 1])  # -1 is not known
loss = F.cross_entropy(logits, targets, ignore_index=-1)
loss.backward()

# Two tasks of uncertain, negative, positive; three studies of 2, 1 and 3 views.
views = torch.tensor(rng.normal(size=(6, 6)) * 2, dtype=torch.float64)
studies = [[0, 1], [2], [3, 4, 5]]
by_logit = torch.stack([views[s].max(dim=0).values for s in studies]).reshape(3, 2, 3)
odds = torch.stack([views[s].reshape(-1, 2, 3)[..., 1:].softmax(-1)[..., 1].max(dim=0).values for s in studies])

print(
    json.dumps(
        {
            "penalty": PENALTY,
            "features": features.ravel().tolist(),
            "classes": classes.tolist(),
            "coefficients": fit.coef_.ravel().tolist(),
            "intercepts": (fit.intercept_ - fit.intercept_.mean()).tolist(),
            "probabilities": probabilities.tolist(),
            "logLoss": log_loss(classes, probabilities),
            "accuracy": accuracy_score(classes, probabilities.argmax(axis=1)),
            "aurocs": [roc_auc_score(classes == c, probabilities[:, c]) for c in range(CLASSES)],
            "macroAuroc": roc_auc_score(classes, probabilities, multi_class="ovr"),
            "sharp": sharp.tolist(),
            "temperature": float(np.exp(best.x)),
            "logits": logits.detach().tolist(),
            "targets": targets.tolist(),
            "loss": loss.item(),
            "gradient": logits.grad.tolist(),
            "views": views.tolist(),
            "studies": studies,
            "threeClassByLogit": by_logit[..., 1:].softmax(-1)[..., 1].tolist(),
            "threeClassOdds": odds.tolist(),
        }
    )
)
