#!/bin/sh
# One corpus over eight machines: CORPUS=/data/news NAMES=/data/names sbatch slurm.sh
# When all are done: alam merge "$NAMES"/share-* -o "$NAMES"/all
#SBATCH --job-name=alam
#SBATCH --array=1-8
#SBATCH --cpus-per-task=4
#SBATCH --mem=2G
#SBATCH --requeue
k=$SLURM_ARRAY_TASK_ID n=$SLURM_ARRAY_TASK_COUNT
alam tag "$CORPUS" -o "$NAMES/share-$k/" --shard "$k/$n"
# 1: some records could not be read and are error records in the output; the share is done all the same.
status=$?
[ "$status" -eq 1 ] || exit "$status"
