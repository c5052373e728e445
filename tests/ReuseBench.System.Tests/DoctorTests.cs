using System.Text.Json;
using ReuseBench.Core.Results;

namespace ReuseBench.SystemTests;

public sealed class DoctorTests
{
    /// <summary>Which grade this host has is for nobody to say beforehand; that exit code, text and document agree is.</summary>
    [Fact]
    public void A_real_host_gets_a_finding_for_each_thing_with_a_command_where_one_changes_it()
    {
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "doctor", "--json");
        HostDiagnosis diagnosis = JsonSerializer.Deserialize(outcome.Output, ManifestJson.Default.HostDiagnosis)!;
        Assert.Equal(diagnosis.Fitness == Fitness.Unfit ? 1 : 0, outcome.ExitCode);
        Assert.Equal(diagnosis.Findings.Max(f => f.Fitness), diagnosis.Fitness);
        Assert.Equal(diagnosis.Findings.Length, diagnosis.Findings.Select(f => f.Name).Distinct().Count());
        Assert.All(diagnosis.Findings, f => Assert.True(f.Value.Length > 0 && f.Meaning.EndsWith('.') && !f.Meaning.Contains('\n'), f.Name));
        Assert.All(diagnosis.Findings.Where(f => f.Fitness == Fitness.Fit), f => Assert.Null(f.Change));
        Assert.Contains(diagnosis.Findings, f => f.Name == "noise" && f.Value.Contains("% of CPU", StringComparison.Ordinal));
    }

    [Fact]
    public void For_a_person_the_worst_comes_first_and_the_host_as_a_whole_last()
    {
        string[] lines = RunningProgram.Run(RunningProgram.ReuseBench, "doctor").Output.TrimEnd().Split('\n');
        int[] grades = [.. lines.Select(line => Array.FindIndex(["unfit ", "limits ", "fit "], line.StartsWith)).Where(grade => grade >= 0)];
        Assert.True(grades.Length > 10, $"{grades.Length} findings");
        Assert.Equal(grades.Order(), grades);
        Assert.StartsWith("This host is ", lines[^1], StringComparison.Ordinal);
    }
}
