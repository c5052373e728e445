using System.Runtime.InteropServices;
using System.Text.Json;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
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
        IRunningServer server = Begin(settings, succession, options.WorkerBase);
        try
        {
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
        // A port that the kernel chose is the same for both lives; so are the workers' CPUs, but not their numbers.
        ServerSettings same = settings with { Port = old.Ready.Port };
        int firstWorker = options.WorkerBase + settings.Workers;
        IRunningServer? successor = succession.NextStartsFirst ? Begin(same, next, firstWorker) : null;
        ServerStats stats = old.Stop();
        successor ??= Begin(same, next, firstWorker);
        // Only now: printing takes milliseconds, and they are not to lengthen the gap.
        Print(stats);
        old.Dispose();
        return successor;
    }

    private ServerHost Begin(ServerSettings life, Succession part, int firstWorker)
    {
        ServerHost server = ServerHost.Succeed(life, part, page, firstWorker, options.Log);
        Serve.Print(output, ServerReady.Prefix + JsonSerializer.Serialize(server.Ready, WireJsonWriter.Default.ServerReady));
        return server;
    }

    private void Print(ServerStats stats) =>
        Serve.Print(output, ServerStats.Prefix + JsonSerializer.Serialize(stats, WireJsonWriter.Default.ServerStats));
}
