using ReuseBench.Core.Units;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Claims;
using ReuseBench.Semantics.Model;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Output;

/// <summary>What a reader sees: claims first, then .NET, the matrix, and where model and kernel differ.</summary>
internal static class SummaryText
{
    public static void Write(SemanticsResult result, TextWriter output)
    {
        output.WriteLine("Claims");
        foreach (ClaimResult claim in result.Claims)
        {
            WriteClaim(claim, output);
        }

        output.WriteLine();
        output.WriteLine(".NET: what the calls really set, by getsockopt(2)");
        foreach (SocketApiFact fact in result.SocketApi)
        {
            output.WriteLine(
                $"  {fact.Calls,-42} SO_REUSEADDR {OnOff(fact.Reuseaddr),-3}  SO_REUSEPORT {OnOff(fact.Reuseport),-3}  "
                + $"ReuseAddress reads {OnOff(fact.ReuseAddressGetter)}{(fact.Failure is null ? "" : $"  ({fact.Failure})")}");
        }

        output.WriteLine();
        output.WriteLine($"Matrix ({OutcomeGrid.Legend})");
        output.WriteLine();
        foreach (string line in FoldedMatrix.Lines(result.Outcomes))
        {
            output.WriteLine(line);
        }

        WriteLeftOut(result, output);
        WriteUntried(result.Outcomes, output);
        WriteDifferences(result.Outcomes, output);
    }

    private static void WriteClaim(ClaimResult claim, TextWriter output)
    {
        string verdict = claim switch
        {
            { Finding: null } => $"{Names.Of(claim.Untried!.Kind)}: {claim.Untried.Reason}",
            { Finding.Verdict: ClaimVerdict.Holds } => "holds",
            { Finding.Verdict: ClaimVerdict.DoesNotHold } => "does not hold",
            _ => $"holds if {claim.Finding!.Condition}",
        };
        output.WriteLine($"  {claim.Sentence} [{claim.Source}]");
        output.WriteLine($"    {verdict}");
        if (claim.Finding is { } finding)
        {
            output.WriteLine($"    tried: {finding.Evidence}");
        }
    }

    private static void WriteLeftOut(SemanticsResult result, TextWriter output)
    {
        output.WriteLine("Left out by rule");
        foreach ((ExclusionRule rule, int count) in result.Matrix.LeftOut)
        {
            output.WriteLine($"  {count,6} {rule.Name}: {rule.Why}");
        }
    }

    private static void WriteUntried(IReadOnlyList<Outcome> outcomes, TextWriter output)
    {
        foreach (IGrouping<Untried?, Outcome> untried in outcomes.Where(o => o.Untried is not null).GroupBy(o => o.Untried))
        {
            output.WriteLine($"{Names.Of(untried.Key!.Kind)}: {untried.Count()} cases, {untried.Key.Reason}");
        }
    }

    private static void WriteDifferences(IReadOnlyList<Outcome> outcomes, TextWriter output)
    {
        Outcome[] different = [.. outcomes.Where(o => o.Agrees == false)];
        output.WriteLine($"{outcomes.Count(o => o.Observation is not null)} cases tried; model and kernel differ in {different.Length}");
        foreach (Outcome outcome in different)
        {
            output.WriteLine(
                $"  {outcome.Case.Name}: {ObservationText.Of(outcome.Observation!)}; "
                + $"predicted {ObservationText.Of(outcome.Prediction.AsObservation())}");
        }
    }

    private static string OnOff(bool set) => set ? "on" : "off";
}

/// <summary>One case alone: its system calls, or why it comes out as it does.</summary>
internal static class CaseText
{
    public static void WriteTrace(Outcome outcome, CallTrace trace, TextWriter output)
    {
        output.WriteLine($"# {outcome.Case.Name}");
        foreach (string line in trace.Lines)
        {
            output.WriteLine(line);
        }

        output.WriteLine(outcome.Observation is { } observed
            ? $"# happened:  {ObservationText.Of(observed)}"
            : $"# not tried: {outcome.Untried!.Reason}");
        output.WriteLine($"# predicted: {ObservationText.Of(outcome.Prediction.AsObservation())}");
    }

    /// <summary>Two or three sentences.</summary>
    public static string Explain(SemanticCase c)
    {
        Prediction prediction = Prediction.For(c);
        string bind = prediction.Bind.Allows ? "succeeds" : "fails with EADDRINUSE";
        string then = prediction switch
        {
            { FirstListen.Allows: false } =>
                " Once the second listens, listen() of the first fails with EADDRINUSE, because by then there is a listener.",
            { FirstListen.Allows: true } => " The first may listen afterwards too.",
            _ => "",
        };
        string delivery = prediction.Delivery is { } rule ? $" {rule.Why}" : "";
        return $"The second socket's bind {bind}. {prediction.Bind.Why} ({prediction.Bind.Source}){delivery}{then}";
    }
}
