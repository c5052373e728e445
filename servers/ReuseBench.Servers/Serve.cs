using System.Runtime.InteropServices;
using System.Text.Json;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers.Counters;
using ReuseBench.Servers.Processes;
using ReuseBench.Servers.Workers;

namespace ReuseBench.Servers;

/// <summary>The role <c>serve</c>: one server until it is told to stop.</summary>
public static class Serve
{
    private const int Failed = 1;

    /// <summary>
    /// Prints the READY line once every listener listens, serves until SIGTERM, and prints the STATS line. SIGINT stops a server that was
    /// started by hand; one that has a parent ignores it, since the parent gets it too and stops its children in order.
    /// </summary>
    /// <param name="settings">What to serve.</param>
    /// <param name="options">What the process that starts it adds.</param>
    /// <param name="output">Standard output: the two lines and nothing else.</param>
    /// <param name="cancellation">Stops the server like SIGTERM.</param>
    /// <returns>The exit code: 0, or 1 where a process of the server ended before it was told to.</returns>
    /// <exception cref="UsageException">The settings do not go together, or the address cannot be bound.</exception>
    public static int Run(ServerSettings settings, ServeOptions options, TextWriter output, CancellationToken cancellation)
    {
        using ManualResetEventSlim stop = new();
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopOnSignal);
        using PosixSignalRegistration? interrupt =
            options.ParentPid is null ? PosixSignalRegistration.Create(PosixSignal.SIGINT, StopOnSignal) : null;
        using CancellationTokenRegistration cancelled = cancellation.Register(stop.Set);
        if (options.ParentPid is int parent)
        {
            ChildProcess.IgnoreInterrupt();
            ChildProcess.DieWithParentOrNow(parent);
        }

        FileLimit.RaiseToHard();

        // Once for all processes and generations of the server, so that a request is the same work in each.
        settings = ServiceWork.Calibrated(settings);
        using SharedMapping? page = options.PagePath is null
            ? null
            : ServerPageWriter.Open(options.PagePath, options.WorkerBase + (settings.Workers * Lives(options)));
        if (options.Succession is { } succession)
        {
            return new SuccessionRun(settings, succession, options, page, output).ToEnd(stop);
        }

        using IRunningServer server = Start(settings, options, page);
        Print(output, ServerReady.Prefix + Counted(server.Ready, settings).ToJson());
        stop.Wait(CancellationToken.None);
        Print(output, ServerStats.Prefix + JsonSerializer.Serialize(server.Stop(), WireJsonWriter.Default.ServerStats));
        return server.IsWhole ? 0 : Failed;

        void StopOnSignal(PosixSignalContext signal)
        {
            // Otherwise the runtime would end the process by itself.
            signal.Cancel = true;
            stop.Set();
        }
    }

    private static IRunningServer Start(ServerSettings settings, ServeOptions options, SharedMapping? page)
    {
        Descriptor? inherited = options.ListenerFd is int number ? InheritedDescriptor.Take(number) : null;
        return settings.Processes > 1 || (settings.Variant == Variant.Inherited && inherited is null)
            ? ProcessGroup.Start(settings, page, options.Command, options.Log)
            : ServerHost.Start(settings, page, options.WorkerBase, options.Log, inherited);
    }

    /// <summary>
    /// With the listening sockets that there really are, over all its processes: a setting proves nothing. Where the kernel's table cannot be read none is
    /// found, and what is meant stands.
    /// </summary>
    private static ServerReady Counted(ServerReady ready, ServerSettings settings) =>
        ListeningSockets.Of(ready.Port, ready.Pids).Held.Count is > 0 and var sockets
            ? ready with { Listeners = sockets, ListenersMeant = settings.Listeners }
            : ready;

    /// <summary>Lives that this process has; each has workers, and so counters, of its own.</summary>
    private static int Lives(ServeOptions options) => options.Succession?.Next is null ? 1 : 2;

    internal static void Print(TextWriter output, string line)
    {
        output.WriteLine(line);
        output.Flush();
    }
}

/// <summary>What <c>serve</c> is told beside its settings, mostly by the process that started it.</summary>
public sealed record ServeOptions
{
    /// <summary><c>--page</c>: the shared page for counters and events; null keeps them to this process.</summary>
    public string? PagePath { get; init; }

    /// <summary><c>--parent-pid</c>: the process that this one dies with; null where it was started by hand.</summary>
    public int? ParentPid { get; init; }

    /// <summary><c>--worker-base</c>: number of the first worker here among those of all processes.</summary>
    public int WorkerBase { get; init; }

    /// <summary><c>--listener-fd</c>: the number of the listener that this process has inherited, of the variant inherited; null for none.</summary>
    public int? ListenerFd { get; init; }

    /// <summary><c>--succession</c>: this server's part in a restart; null for none.</summary>
    public Succession? Succession { get; init; }

    /// <summary>How another <c>serve</c> is started, for settings with more than one process.</summary>
    public ServeCommand Command { get; init; } = ServeCommand.OfThisProgram;

    /// <summary>Where problems are logged; safe to use from several threads.</summary>
    public TextWriter Log { get; init; } = Console.Error;
}
