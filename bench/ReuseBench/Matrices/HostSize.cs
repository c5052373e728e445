namespace ReuseBench.Bench.Matrices;

/// <summary>What <c>auto</c> in a matrix means on this host.</summary>
/// <param name="Cpus">CPUs that this process may use.</param>
/// <param name="ClientCpus">CPUs of these that the swarm gets.</param>
internal sealed record HostSize(int Cpus, int ClientCpus)
{
    /// <summary>1, 2, 4 … up to and including 2 × CPUs.</summary>
    public IEnumerable<int> WorkerCounts()
    {
        int most = 2 * Cpus;
        for (int workers = 1; workers < most; workers *= 2)
        {
            yield return workers;
        }

        yield return most;
    }
}
