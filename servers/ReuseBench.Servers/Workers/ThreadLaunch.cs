using ReuseBench.Linux;

namespace ReuseBench.Servers.Workers;

/// <summary>The start of a thread: named and pinned by itself, and whoever starts it learns whether that went well.</summary>
internal sealed class ThreadLaunch
{
    private readonly TaskCompletionSource _ready = new();

    /// <summary>
    /// The thread's body: prepares the thread, then runs <paramref name="loop"/>, which calls <see cref="Succeeded"/> when it is ready.
    /// </summary>
    public void Run(string name, IReadOnlyList<int> cpus, Action loop)
    {
        try
        {
            ThreadInfo.SetName(name);
            if (cpus.Count > 0)
            {
                CpuAffinity.SetCurrentThread([.. cpus]);
            }
        }
        catch (LinuxException problem)
        {
            _ready.SetException(problem);
            return;
        }

        loop();
    }

    public void Succeeded() => _ready.SetResult();

    /// <summary>Returns once the thread runs its loop.</summary>
    /// <exception cref="LinuxException">The thread could not be pinned.</exception>
    public void Wait() => _ready.Task.GetAwaiter().GetResult();
}

/// <summary>A thread's usage, written by that thread and read by another: each number is whole, the three may be one refresh apart.</summary>
internal sealed class ThreadUsageCell
{
    private long _cpuNs;
    private long _voluntary;
    private long _involuntary;

    public void Set(ThreadUsage usage)
    {
        Volatile.Write(ref _cpuNs, usage.CpuNs);
        Volatile.Write(ref _voluntary, usage.VoluntarySwitches);
        Volatile.Write(ref _involuntary, usage.InvoluntarySwitches);
    }

    public ThreadUsage Get() => new(Volatile.Read(ref _cpuNs), Volatile.Read(ref _voluntary), Volatile.Read(ref _involuntary));
}
