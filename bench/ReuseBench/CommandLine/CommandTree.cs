using System.CommandLine;
using System.CommandLine.Help;

namespace ReuseBench.Bench.CommandLine;

/// <summary>The root command: every sub-command is registered here, one line each.</summary>
internal static class CommandTree
{
    private static readonly (string Name, Func<ICommandModule> Create)[] Registered =
    [
        ("run", () => new RunCommand()),
        ("fairness", () => new FairnessCommand()),
        ("serve", () => new ServeCommand()),
        ("load", () => new LoadCommand()),
        ("semantics", () => new SemanticsCommandModule()),
        ("report", () => new ReportCommand()),
        ("restart", () => new RestartCommand()),
        ("activate", () => new ActivateCommand()),
    ];

    /// <summary>
    /// The tree with the one sub-command that the arguments begin with, or with all where they begin otherwise: building them all takes a
    /// child process longer than the rest of its start.
    /// </summary>
    /// <param name="arguments">As the program was given them.</param>
    public static RootCommand BuildFor(IReadOnlyList<string> arguments)
    {
        (string Name, Func<ICommandModule> Create)[] named = [.. Registered.Where(r => arguments.Count > 0 && r.Name == arguments[0])];
        return Build(named.Length > 0 ? named : Registered);
    }

    private static RootCommand Build(IEnumerable<(string Name, Func<ICommandModule> Create)> registered)
    {
        RootCommand root = new(
            "Measures SO_REUSEADDR and SO_REUSEPORT server variants on this kernel: throughput, latency tails, restart gap, hash fairness.");
        Dictionary<Command, ICommandModule> byCommand = [];
        foreach ((_, Func<ICommandModule> create) in registered)
        {
            ICommandModule module = create();
            Command command = module.Build();
            byCommand.Add(command, module);
            root.Add(command);
        }

        foreach (HelpOption option in root.Options.OfType<HelpOption>())
        {
            option.Action = new HelpWithExamples((HelpAction)option.Action!, byCommand);
        }

        return root;
    }
}
