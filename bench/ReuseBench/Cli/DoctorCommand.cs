using System.CommandLine;
using System.Text.Json;
using ReuseBench.Bench.Host;
using ReuseBench.Bench.Hosted;
using ReuseBench.Bench.Runs;
using ReuseBench.Bench.Yaml;
using ReuseBench.Core;
using ReuseBench.Core.Results;

namespace ReuseBench.Bench.Cli;

/// <summary><c>doctor</c>: whether this host is fit to measure on, what limits it, and what to change.</summary>
internal sealed class DoctorCommand : ICommandModule
{
    private static readonly TimeSpan Noise = TimeSpan.FromSeconds(1);

    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("doctor", "what this host does to figures, worst first, with the command that changes it; a second of it listens to the CPUs"),
        ("doctor --json", "the same as one JSON document; the exit code is 1 where the host is unfit"),
        ("doctor --hosts lab.yaml", "the hosts of a run over several machines side by side: clocks, cards, kernels, and what differs"),
    ];

    public Command Build()
    {
        Option<bool> json = new("--json") { Description = "print one JSON document" };
        Option<string?> hosts = new("--hosts") { Description = "look at the hosts of a run instead, through their agents", HelpName = "FILE" };
        Command command = new("doctor", "Whether this host is fit to measure on, what limits it, what to change. Exit code 1: unfit.") { json, hosts };
        command.SetAction(result =>
        {
            if (result.GetValue(hosts) is { } file)
            {
                return result.GetValue(json) ? throw new UsageException("json: goes without --hosts only; leave one of them out") : Survey(file);
            }

            HostDiagnosis diagnosis = HostRules.Judge(HostExamination.Take(Noise));
            if (result.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(diagnosis, ManifestJson.Default.HostDiagnosis));
            }
            else
            {
                DiagnosisText.Print(diagnosis, Console.Out);
            }

            return diagnosis.Fitness == Fitness.Unfit ? ExitCodes.Failure : ExitCodes.Success;
        });
        return command;
    }

    private static int Survey(string file)
    {
        using Lab lab = Lab.Open(HostsFileReader.Read(file), $"doctor-{Environment.ProcessId}", Console.Error);
        LabSurvey.Print(LabSurvey.Take(lab), Console.Out);
        return ExitCodes.Success;
    }
}
