// Of Kueue the definitions of its resources are needed, and no program: nothing is built from it.
module mococxr.org/control-plane/kueue

go 1.24.0

require sigs.k8s.io/kueue v0.17.0
