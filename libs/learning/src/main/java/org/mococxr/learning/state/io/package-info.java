/**
 * File formats of named tensors: safetensors (ours), NumPy's npy and npz, and PyTorch's pickled
 * checkpoints, read by a reader that knows data only and never runs code. No DJL here.
 */
package org.mococxr.learning.state.io;
