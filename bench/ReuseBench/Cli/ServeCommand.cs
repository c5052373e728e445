using System.CommandLine;
using ReuseBench.Bench.Adapters;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers;

namespace ReuseBench.Bench.Cli;

/// <summary><c>serve</c>: one server variant, or a server of somebody else by its adapter, until SIGTERM.</summary>
internal sealed class ServeCommand : ICommandModule
{
    /// <summary>Its name.</summary>
    public const string Role = "serve";

    private const string Page = "page";
    private const string WorkerBase = "worker-base";
    private const string SuccessionText = "succession";
    private const string ListenerFd = "listener-fd";

    /// <summary>Of a server of somebody else: where its files go.</summary>
    public const string FolderOption = "folder";

    private static readonly Lazy<SettingOptions> ByOption = new(() => new SettingOptions(CellSettings.OfServer));

    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("serve --variant reuseport --workers 4 --port 8080", "four listeners on 127.0.0.1:8080, one for each worker"),
        ("serve --variant shared --accept epoll-exclusive --workers 4", "one listener that four workers accept from, on a port of the kernel's choice"),
        ("serve --server nginx --server-mode reuseport --workers 4 --port 8080", "nginx with four workers, each with a listener of its own"),
        ("serve --variant single --reuseaddr on --port 8080 --service-time 50us:exp", "one listener with SO_REUSEADDR; each request is 50 us of "
            + "work on average"),
    ];

    private static SettingOptions Settings => ByOption.Value;

    public Command Build()
    {
        Command command = new(Role, "One server variant, or a server of somebody else (--server), until SIGTERM. Prints READY {json} once it listens, "
            + "STATS {json} when it ends.");
        Settings.AddTo(command);
        command.SetAction(result =>
        {
            Cell cell = Settings.Read(result);
            cell.Server.Validate();

            // A parent passes every setting on; a person who gives one means it to do something.
            Settings.RequireEffects(result, cell);
            UsableCpus.Require(cell.Server.Cpus, "cpus");
            return cell.Server.Program is null ? Run(cell.Server, new ServeOptions()) : AdaptedServe.Run(cell.Server, null, null, Console.Out);
        });
        return command;
    }

    /// <summary>Runs the role for a parent that started it, without the tree of commands.</summary>
    /// <param name="arguments">Behind the role.</param>
    /// <returns>The exit code; null where no parent wrote the arguments.</returns>
    public static int? TryRunAsChild(ReadOnlySpan<string> arguments)
    {
        if (ChildArguments.TryRead(arguments, CellSettings.OfServer, [Page, WorkerBase, SuccessionText, ListenerFd, FolderOption], []) is not { } given)
        {
            return null;
        }

        ServerSettings settings = given.Read(CellSettings.OfServer).Server;
        if (settings.Program is not null)
        {
            ChildProcess.BeginSession();
            return AdaptedServe.Run(settings, given.Parent, given.Text(FolderOption), Console.Out);
        }

        return Run(settings, new ServeOptions
        {
            ParentPid = given.Parent,
            PagePath = given.Text(Page),
            WorkerBase = given.Number(WorkerBase) ?? 0,
            ListenerFd = given.Number(ListenerFd),
            Succession = given.Text(SuccessionText) is { } text ? Succession.Parse(text) : null,
        });
    }

    private static int Run(ServerSettings settings, ServeOptions options)
    {
        settings.Validate();
        if (options.ParentPid is not null)
        {
            ChildProcess.BeginSession();
        }

        string[] self = SelfExecutable.Find();
        return Serve.Run(
            settings,
            options with { Command = new Servers.Processes.ServeCommand(self[0], [.. self[1..], Role]) },
            Console.Out,
            CancellationToken.None);
    }
}
