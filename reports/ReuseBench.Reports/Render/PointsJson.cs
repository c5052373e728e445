using System.Text;
using System.Text.Json;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Render;

/// <summary>
/// The marks of a chart for the script of the page: names of the series once, then series, label, place and value of each point, and the number that the
/// value is sorted by; then the colours of each series.
/// </summary>
internal static class PointsJson
{
    public static string Write(IReadOnlyList<PicturePoint> points)
    {
        string[] series = [.. points.Select(p => p.Series).Distinct()];
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("series");
            Array.ForEach(series, json.WriteStringValue);
            json.WriteEndArray();
            json.WriteStartArray("points");
            foreach (PicturePoint point in points)
            {
                json.WriteStartArray();
                json.WriteNumberValue(Array.IndexOf(series, point.Series));
                json.WriteStringValue(point.Label);
                json.WriteNumberValue(Math.Round(point.X, 4));
                json.WriteNumberValue(Math.Round(point.Y, 4));
                json.WriteStringValue(point.Value);
                if (Numbers.SortValue(new Entry(point.Value)) is double number && double.IsFinite(number))
                {
                    json.WriteNumberValue(number);
                }
                else
                {
                    json.WriteNullValue();
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteStartArray("colors");
            foreach (string name in series)
            {
                string[] colors = [.. points.Where(p => p.Series == name).Select(p => p.Color).OfType<string>().Distinct()];
                json.WriteStartArray();
                Array.ForEach(colors, json.WriteStringValue);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
