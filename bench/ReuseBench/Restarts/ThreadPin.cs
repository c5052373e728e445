using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Restarts;

/// <summary>Keeps the calling thread, and so what it starts, on some CPUs until it is disposed by the same thread.</summary>
internal sealed class ThreadPin : IDisposable
{
    private readonly int[] _before = CpuAffinity.OfCurrentThread();

    private ThreadPin()
    {
    }

    /// <param name="cpus">None leaves the thread where it is.</param>
    public static ThreadPin To(CpuList cpus)
    {
        ThreadPin pin = new();
        if (!cpus.IsEmpty)
        {
            CpuAffinity.SetCurrentThread([.. cpus.Cpus]);
        }

        return pin;
    }

    public void Dispose() => CpuAffinity.SetCurrentThread(_before);
}
