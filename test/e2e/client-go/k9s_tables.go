package main

import (
	"context"
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/rest"
	metrics "k8s.io/metrics/pkg/client/clientset/versioned"
)

const tableAccept = "application/json;as=Table;v=v1;g=meta.k8s.io, application/json"

type tables struct {
	client *rest.RESTClient
	codec  runtime.ParameterCodec
}

// tablesOf reads a group's objects as tables, which is how k9s shows kinds that it has no view for.
func tablesOf(s *session, gv schema.GroupVersion) tables {
	scheme := runtime.NewScheme()
	metav1.AddToGroupVersion(scheme, gv)
	scheme.AddKnownTypes(gv, &metav1.Table{}, &metav1.TableOptions{})
	scheme.AddKnownTypes(metav1.SchemeGroupVersion, &metav1.Table{}, &metav1.TableOptions{})
	config := rest.CopyConfig(s.config)
	config.GroupVersion = &gv
	config.APIPath = "/apis"
	if gv.Group == "" {
		config.APIPath = "/api"
	}
	config.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	return tables{client: must(rest.RESTClientFor(config)), codec: runtime.NewParameterCodec(scheme)}
}

type shownTable struct {
	Columns []string `json:"columns"`
	Rows    [][]any  `json:"rows"`
	// Of the object in each row.
	Kinds []string `json:"kinds"`
	Specs int      `json:"specs"`
}

// read asks for a resource, or for one object of it.
func (t tables) read(ctx context.Context, options runtime.Object, path ...string) shownTable {
	request := t.client.Get().SetHeader("Accept", tableAccept).Resource(path[0])
	if len(path) > 1 {
		request = request.Name(path[1])
	}
	table := must(request.VersionedParams(options, t.codec).Do(ctx).Get()).(*metav1.Table)
	shown := shownTable{}
	for _, column := range table.ColumnDefinitions {
		shown.Columns = append(shown.Columns, column.Name)
	}
	for _, row := range table.Rows {
		shown.Rows = append(shown.Rows, row.Cells)
		var of map[string]any
		check(json.Unmarshal(row.Object.Raw, &of))
		shown.Kinds = append(shown.Kinds, of["kind"].(string))
		if of["spec"] != nil {
			shown.Specs++
		}
	}
	return shown
}

func k9sTables(ctx context.Context, s *session) any {
	core := tablesOf(s, schema.GroupVersion{Version: "v1"})
	fleet := tablesOf(s, poolResource.GroupVersion())
	listed := &metav1.ListOptions{ResourceVersion: "0", ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan}
	whole := &metav1.TableOptions{IncludeObject: metav1.IncludeObject}
	return map[string]any{
		"nodes": core.read(ctx, listed, "nodes"),
		"whole": core.read(ctx, whole, "nodes"),
		"one":   core.read(ctx, whole, "namespaces", s.namespace),
		"pools": fleet.read(ctx, listed, "nodepools"),
	}
}

// k9sMetrics is what the pulse, the nodes' and the pods' views ask for.
func k9sMetrics(ctx context.Context, s *session) any {
	client := must(metrics.NewForConfig(s.config)).MetricsV1beta1()
	startPod(ctx, s.typed(), s.namespace, "measured")
	var pod *int64
	until(ctx, "the pod is measured", func(ctx context.Context) bool {
		found, err := client.PodMetricses(s.namespace).Get(ctx, "measured", metav1.GetOptions{})
		if err == nil && len(found.Containers) == 1 {
			bytes := found.Containers[0].Usage.Memory().Value()
			pod = &bytes
		}
		return pod != nil
	})
	nodes := must(client.NodeMetricses().List(ctx, metav1.ListOptions{})).Items
	named := []string{}
	for _, node := range nodes {
		if node.Usage.Cpu().IsZero() && node.Usage.Memory().IsZero() {
			panic(node.Name + " uses nothing")
		}
		named = append(named, node.Name)
	}
	return map[string]any{
		"nodes": named,
		"pods":  len(must(client.PodMetricses(s.namespace).List(ctx, metav1.ListOptions{})).Items),
		"bytes": *pod,
	}
}
