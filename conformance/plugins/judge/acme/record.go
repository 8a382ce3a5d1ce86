package acme

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// record lives in the state alone.
type record struct{ account string }

type recordModel struct {
	Account types.String `tfsdk:"account_id"`
	Comment types.String `tfsdk:"comment"`
	ID      types.String `tfsdk:"id"`
	Name    types.String `tfsdk:"name"`
	Policy  []policy     `tfsdk:"routing_policy"`
	Proxy   *proxy       `tfsdk:"proxy_settings"`
	Secret  types.String `tfsdk:"secret"`
	TTL     types.Int64  `tfsdk:"ttl"`
	Value   types.List   `tfsdk:"value"`
	Zone    types.String `tfsdk:"zone_id"`
}

type policy struct {
	Country types.List   `tfsdk:"country_code"`
	Weight  types.Int64  `tfsdk:"weight"`
	Name    types.String `tfsdk:"name"`
}

type proxy struct {
	Enabled types.Bool   `tfsdk:"is_enabled"`
	Mode    types.String `tfsdk:"mode"`
}

func newRecord() resource.Resource { return &record{} }

func (*record) Metadata(_ context.Context, _ resource.MetadataRequest, out *resource.MetadataResponse) {
	out.TypeName = "acme_dns_record"
}

func (*record) Schema(_ context.Context, _ resource.SchemaRequest, out *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	renew := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	out.Schema = schema.Schema{
		Attributes: map[string]schema.Attribute{
			"account_id": schema.StringAttribute{Computed: true, PlanModifiers: keep},
			"comment":    schema.StringAttribute{Optional: true},
			"id":         schema.StringAttribute{Computed: true, PlanModifiers: keep},
			"name":       schema.StringAttribute{Required: true, PlanModifiers: renew},
			"secret":     schema.StringAttribute{Optional: true, Sensitive: true},
			"ttl":        schema.Int64Attribute{Optional: true, Computed: true, Default: int64default.StaticInt64(300)},
			"value":      schema.ListAttribute{Required: true, ElementType: types.StringType},
			"zone_id":    schema.StringAttribute{Required: true, PlanModifiers: renew},
			"proxy_settings": schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
				"is_enabled": schema.BoolAttribute{Required: true},
				"mode":       schema.StringAttribute{Optional: true},
			}},
		},
		Blocks: map[string]schema.Block{
			"routing_policy": schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
				"country_code": schema.ListAttribute{Optional: true, ElementType: types.StringType},
				"name":         schema.StringAttribute{Optional: true},
				"weight":       schema.Int64Attribute{Optional: true},
			}}},
		},
	}
}

func (r *record) Configure(_ context.Context, in resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.account, _ = in.ProviderData.(string)
}

func (r *record) Create(ctx context.Context, in resource.CreateRequest, out *resource.CreateResponse) {
	var plan recordModel
	out.Diagnostics.Append(in.Plan.Get(ctx, &plan)...)
	plan.ID = types.StringValue(plan.Zone.ValueString() + "/" + plan.Name.ValueString())
	plan.Account = types.StringValue(r.account)
	out.Diagnostics.Append(out.State.Set(ctx, &plan)...)
}

func (*record) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (*record) Update(ctx context.Context, in resource.UpdateRequest, out *resource.UpdateResponse) {
	var plan recordModel
	out.Diagnostics.Append(in.Plan.Get(ctx, &plan)...)
	out.Diagnostics.Append(out.State.Set(ctx, &plan)...)
}

func (*record) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

func (*record) ImportState(ctx context.Context, in resource.ImportStateRequest, out *resource.ImportStateResponse) {
	resource.ImportStatePassthroughID(ctx, path.Root("id"), in, out)
	out.Diagnostics.Append(out.State.SetAttribute(ctx, path.Root("name"), "imported")...)
	out.Diagnostics.Append(out.State.SetAttribute(ctx, path.Root("zone_id"), "zone")...)
	out.Diagnostics.Append(out.State.SetAttribute(ctx, path.Root("value"), []string{})...)
}
