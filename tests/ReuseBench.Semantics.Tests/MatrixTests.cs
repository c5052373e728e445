using System.Diagnostics;
using ReuseBench.Semantics.Cases;
using ReuseBench.Semantics.Probing;

namespace ReuseBench.Semantics.Tests;

public sealed class MatrixTests(ITestOutputHelper output)
{
    [Fact]
    public void Prediction_and_kernel_agree_on_the_whole_matrix()
    {
        long started = Stopwatch.GetTimestamp();
        IReadOnlyList<Outcome> outcomes = new MatrixRun(Rights.OfThisProcess()).Run(CaseMatrix.Enumerate().Cases);
        output.WriteLine($"{outcomes.Count} cases in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s");
        foreach (Outcome o in outcomes.Where(o => o.Agrees != true))
        {
            output.WriteLine($"{o.Case} predicted {o.Prediction.Bind.Allows} {o.Prediction.Listen?.Allows} {o.Prediction.FirstListen?.Allows} {o.Prediction.Delivery?.Receivers} got {o.Observation} {o.Untried}");
        }

        Assert.DoesNotContain(outcomes, o => o.Agrees == false);
    }
}
