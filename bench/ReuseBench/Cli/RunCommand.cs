using System.CommandLine;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Cli;

/// <summary><c>run</c>: the main job.</summary>
internal sealed class RunCommand : ICommandModule
{
    private readonly Option<string?> _matrix = new("--matrix", "-m")
    {
        Description = "the same as an option",
        HelpName = "NAME|FILE|-",
    };

    private readonly Argument<string?> _name = Positional.Of(
        "matrix", "NAME|FILE", $"{string.Join(", ", MatrixLocator.BuiltIn())}, the path of a file, or - for standard input");

    private readonly Option<string?> _driver = new("--driver") { Description = "native or nbomber [the matrix's]", HelpName = "native|nbomber" };

    private readonly Option<string?> _resume = new("--resume") { Description = "continue an interrupted run", HelpName = "DIR" };

    private readonly Option<bool> _withMicro = new("--with-micro") { Description = "also run the micro-benchmarks and take them into the report" };

    private readonly Option<string?> _micro = new("--micro")
    {
        Description = "how thoroughly: full, or short for a quick look; implies --with-micro [full]",
        HelpName = "short|full",
    };

    private readonly Option<string?> _hosts = new("--hosts")
    {
        Description = "server and swarms on other machines, as this file names them (see docs/SEVERAL-MACHINES.md)",
        HelpName = "FILE",
    };

    private readonly RunOptionSet _options = new();

    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("run smoke", "every variant once or twice, under 90 s, ends with a report"),
        ("run --matrix full --dry-run", "the cells of the full matrix on this host, and how long they would take"),
        ("run --matrix quick --filter 'variant=shared|reuseport,workload=connect' --repeats 5", "a part of a matrix, with more repeats"),
        ("run quick --set service_time=20us --set backlog='128|4096'", "settings in place of the matrix's, in all of its cells"),
        ("run --matrix full --server-cpus 0-7 --client-cpus 8-15 --out /srv/lab/run-17", "on CPUs of your choice, into a folder of your choice"),
        ("run --matrix quick --budget 5m", "rounds until every comparison is decided or five minutes are over"),
        ("run --matrix smoke --expect 'errors = 0' --expect 'gap_ms < 2s' --fail-on invalid", "held to thresholds: exit code 3 where one is missed"),
        ("run --matrix quick --micro short", "with the micro-benchmarks in the report, as a quick look"),
        ("run --matrix quick --hosts lab.yaml --filter 'experiment=throughput'", "the server on one machine, the swarm on others"),
        ("run --resume results/20260101-120000-full", "continues where Ctrl-C ended it"),
    ];

    public Command Build()
    {
        Command command = new("run", "Runs a matrix of cells and ends with CSV files, charts and a report.")
        {
            _name, _matrix,
        };
        _options.AddTo(command);
        foreach (Option option in (Option[])[_driver, _hosts, _resume, _withMicro, _micro])
        {
            command.Add(option);
        }

        command.SetAction(result => RunJob.Execute(Read(result)));
        return command;
    }

    private RunRequest Read(ParseResult result) => _options.Read(result) with
    {
        Matrix = Positional.Either("matrix", result.GetValue(_name), result.GetValue(_matrix)),
        Driver = result.GetValue(_driver) is { } driver ? DriverNamed(driver) : null,
        Resume = result.GetValue(_resume),
        Hosts = result.GetValue(_hosts),
        Micro = ReadMicro(result),
    };

    /// <summary>An accept-only probe belongs to its cells: nobody chooses it for others.</summary>
    private static Driver DriverNamed(string text)
    {
        string[] chosen = [Names.Of(Driver.Native), Names.Of(Driver.Nbomber)];
        if (!Names.TryParse(text, out Driver driver))
        {
            throw Names.Unknown("driver", text, chosen);
        }

        return driver != Driver.AcceptOnly
            ? driver
            : throw new UsageException($"driver: {text} is set by the cells of a matrix and cannot be chosen for all; use one of {string.Join(", ", chosen)}");
    }

    private MicroJob? ReadMicro(ParseResult result)
    {
        if (result.GetValue(_micro) is { } job)
        {
            return Names.Parse<MicroJob>(job, "micro");
        }

        return result.GetValue(_withMicro) ? MicroJob.Full : null;
    }
}
