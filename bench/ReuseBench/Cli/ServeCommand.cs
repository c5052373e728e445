using System.CommandLine;
using System.Text.Json;
using ReuseBench.Bench.Host;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Servers;

namespace ReuseBench.Bench.Cli;

/// <summary><c>serve</c>: one server variant, until SIGTERM.</summary>
internal sealed class ServeCommand : ICommandModule
{
    private static readonly SettingOptions Settings = new(CellSettings.OfServer);

    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("serve --variant reuseport --workers 4 --port 8080", "four listeners on 127.0.0.1:8080, one for each worker"),
        ("serve --variant shared --accept epoll-exclusive --workers 4", "one listener that four workers accept from, on a port of the kernel's choice"),
        ("serve --variant single --reuseaddr on --port 8080 --service-time 50us:exp", "one listener with SO_REUSEADDR; each request is 50 us of "
            + "work on average"),
    ];

    public Command Build()
    {
        Command command = new("serve", "One server variant until SIGTERM. Prints READY {json} once it listens, STATS {json} when it ends.");
        Settings.AddTo(command);
        Option<int?> parent = new("--parent-pid") { Hidden = true };
        Option<string?> page = new("--page") { Hidden = true };
        Option<int> workerBase = new("--worker-base") { Hidden = true };
        Option<string?> succession = new("--succession") { Hidden = true };
        command.Add(succession);
        command.Add(parent);
        command.Add(page);
        command.Add(workerBase);
        command.SetAction(result =>
        {
            Cell cell = Settings.Read(result);
            ServerSettings settings = cell.Server;
            settings.Validate();
            if (result.GetValue(parent) is null)
            {
                // A parent passes every setting on; a person who gives one means it to do something.
                Settings.RequireEffects(result, cell);
                UsableCpus.Require(settings.Cpus, "cpus");
            }
            else
            {
                ChildProcess.BeginSession();
            }

            string[] self = SelfExecutable.Find();
            ServeOptions options = new()
            {
                ParentPid = result.GetValue(parent),
                PagePath = result.GetValue(page),
                WorkerBase = result.GetValue(workerBase),
                Succession = result.GetValue(succession) is { } json ? JsonSerializer.Deserialize(json, WireJson.Default.Succession) : null,
                Command = new Servers.Processes.ServeCommand(self[0], [.. self[1..], command.Name]),
            };
            return Serve.Run(settings, options, Console.Out, CancellationToken.None);
        });
        return command;
    }
}
