using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Listening;
using ReuseBench.Servers.Processes;

namespace ReuseBench.Servers;

/// <summary>
/// The role <c>serve</c> for a server that takes part in a restart. SIGHUP begins the next life within this process, where there is to be
/// one; a READY line is printed for each life, and a STATS line when it ends.
/// </summary>
internal sealed class SuccessionRun(ServerSettings settings, Succession succession, ServeOptions options, SharedMapping? page, TextWriter output)
{
    /// <param name="stop">Set when the process is to end.</param>
    /// <returns>The exit code.</returns>
    public int ToEnd(ManualResetEventSlim stop)
    {
        using ManualResetEventSlim restart = new();
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            restart.Set();
        });
        IRunningServer server = Begin(settings, succession, options.WorkerBase, succession.Waits ? AwaitStart : null);
        try
        {
            if (succession.StayMs > 0)
            {
                stop.Wait(Duration.FromMilliseconds(succession.StayMs).ToTimeSpan());
                stop.Set();
            }

            if (succession.Next is { } next)
            {
                WaitHandle.WaitAny([restart.WaitHandle, stop.WaitHandle]);
                server = stop.IsSet ? server : Succeed(server, next with { RestartTimeoutMs = succession.RestartTimeoutMs });
            }

            stop.Wait();
            Print(server.Stop());
            return 0;
        }
        finally
        {
            server.Dispose();
        }
    }

    private IRunningServer Succeed(IRunningServer old, Succession next)
    {
        // A port that the kernel chose is the same for both generations; so are the workers' CPUs, but not their numbers.
        ServerSettings same = settings with { Port = old.Ready.Port, Workers = next.Workers == 0 ? settings.Workers : next.Workers };
        int firstWorker = options.WorkerBase + settings.Workers;
        IRunningServer? successor = succession.NextStartsFirst ? Begin(same, next, firstWorker) : null;
        ServerStats stats = old.Stop();
        successor ??= Begin(same, next, firstWorker);
        // Only now: printing takes milliseconds, and they are not to lengthen the gap.
        Print(stats);
        old.Dispose();
        return successor;
    }

    /// <returns>The port that the line names.</returns>
    private int AwaitStart()
    {
        // A first request is to find compiled what serves it, as in a server that was compiled when it was built.
        EarlyCompilation.Run(typeof(Serve).Assembly);
        Rehearse();
        Serve.Print(output, Succession.WaitingLine);
        string? line = Console.In.ReadLine();
        long begunNs = MonotonicClock.NowNs();
        if (!int.TryParse(line, CultureInfo.InvariantCulture, out int port))
        {
            throw new UsageException("succession: standard input ended before it named the port to start on; whoever starts the server writes it");
        }

        if (succession.StartDelayMs > 0)
        {
            MonotonicClock.SleepUntil(begunNs + Duration.FromMilliseconds(succession.StartDelayMs).Nanoseconds);
        }

        return port;
    }

    /// <summary>Opens a listener on a port of the kernel's choice and closes it: so what a bind runs has been run once.</summary>
    private void Rehearse()
    {
        if (succession.Origin == ListenerOrigin.Bind)
        {
            new ListenerFactory(settings, port: 0).Open().Dispose();
        }
    }

    private ServerHost Begin(ServerSettings life, Succession part, int firstWorker, Func<int>? gate = null)
    {
        ServerHost server = ServerHost.Succeed(life, part, page, firstWorker, options.Log, gate);
        Serve.Print(output, ServerReady.Prefix + server.Ready.ToJson());
        return server;
    }

    private void Print(ServerStats stats) =>
        Serve.Print(output, ServerStats.Prefix + JsonSerializer.Serialize(stats, WireJsonWriter.Default.ServerStats));
}
