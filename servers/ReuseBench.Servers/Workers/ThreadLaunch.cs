using System.Runtime.ExceptionServices;
using ReuseBench.Linux;

namespace ReuseBench.Servers.Workers;

/// <summary>The start of a thread: named and pinned by itself, and whoever starts it learns whether that went well.</summary>
internal sealed class ThreadLaunch
{
    private readonly ManualResetEventSlim _settled = new();
    private ExceptionDispatchInfo? _failure;

    /// <summary>The thread's body: prepares the thread, then runs <paramref name="loop"/>, which calls <see cref="Succeeded"/> when it is ready.</summary>
    public void Run(string name, int? cpu, Action loop)
    {
        try
        {
            ThreadInfo.SetName(name);
            if (cpu is int pinned)
            {
                CpuAffinity.SetCurrentThread([pinned]);
            }
        }
        catch (LinuxException problem)
        {
            _failure = ExceptionDispatchInfo.Capture(problem);
            _settled.Set();
            return;
        }

        loop();
    }

    public void Succeeded() => _settled.Set();

    /// <summary>Returns once the thread runs its loop.</summary>
    /// <exception cref="LinuxException">The thread could not be pinned.</exception>
    public void Wait()
    {
        _settled.Wait();
        _failure?.Throw();
    }
}
