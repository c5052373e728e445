using System.CommandLine;
using System.CommandLine.Help;

namespace ReuseBench.Bench.CommandLine;

/// <summary>The root command: every sub-command is registered here, one line each.</summary>
internal static class CommandTree
{
    public static RootCommand Build()
    {
        ICommandModule[] modules =
        [
            new RunCommand(),
            new FairnessCommand(),
            new ServeCommand(),
            new LoadCommand(),
            new SemanticsCommandModule(),
            new ReportCommand(),
            new RestartCommand(),
            new ActivateCommand(),
        ];

        RootCommand root = new(
            "Measures SO_REUSEADDR and SO_REUSEPORT server variants on this kernel: throughput, latency tails, restart gap, hash fairness.");
        Dictionary<Command, ICommandModule> byCommand = [];
        foreach (ICommandModule module in modules)
        {
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
